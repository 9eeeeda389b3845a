import { createHash } from 'node:crypto';
import type { InputAnswer, StartGenerationBody } from '@parley/contracts';

/** SHA-256 of what is asked for, by which a repeated request is recognised. */
export function hashRequest({
  parentMessageId,
  text,
  endpoint,
  model,
  tools,
  agentVersion,
  files = [],
}: Omit<StartGenerationBody, 'generationId'>): string {
  const asked = [parentMessageId, text, endpoint, model];
  // Requests from before there were tools, agents and files keep their hash.
  if (tools === undefined && agentVersion === undefined && files.length === 0) return hash(asked);
  return hash([...asked, { tools, agentVersion, ...(files.length === 0 ? {} : { files: [...new Set(files)] }) }]);
}

/** SHA-256 of an answer to what a call asks. */
export function hashInput(callId: string, answer: InputAnswer): string {
  return hash([callId, answer]);
}

/** SHA-256 of the text of a command. */
export function hashCommand(text: string): string {
  return hash([text]);
}

function hash(values: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}

import { createHash } from 'node:crypto';
import type { StartGenerationBody } from '@parley/contracts';

/** SHA-256 of what is asked for, by which a repeated request is recognised. */
export function hashRequest({
  parentMessageId,
  text,
  endpoint,
  model,
}: Omit<StartGenerationBody, 'generationId'>): string {
  return hash([parentMessageId, text, endpoint, model]);
}

/** SHA-256 of the text of a command. */
export function hashCommand(text: string): string {
  return hash([text]);
}

function hash(values: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}

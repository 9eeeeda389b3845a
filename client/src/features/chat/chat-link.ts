import { agentIdSchema, messageIdSchema, projectIdSchema, promptGroupIdSchema } from '@parley/contracts';
import type { AgentId, MessageId, ProjectId, PromptGroupId } from '@parley/contracts';
import * as z from 'zod/mini';

/** What the address of a new chat may ask for: who answers, what is asked, and whether it is sent at once. */
export interface ChatLink {
  readonly agent?: AgentId;
  readonly endpoint?: string;
  readonly model?: string;
  readonly spec?: string;
  readonly prompt?: string;
  readonly submit?: boolean;
  /** A prompt of the library. */
  readonly use?: PromptGroupId;
  /** The message to show; of a chat that is there. */
  readonly message?: MessageId;
  /** The project a new chat begins in. */
  readonly project?: ProjectId;
}

/** Reads the query of an address, whatever it holds; LibreChat calls the prompt `q`, too. */
export function readChatLink(search: Readonly<Record<string, unknown>>): ChatLink {
  const agent = z.safeParse(agentIdSchema, search['agent'] ?? search['agent_id']).data;
  const use = z.safeParse(promptGroupIdSchema, search['use']).data;
  const message = z.safeParse(messageIdSchema, search['message']).data;
  const project = z.safeParse(projectIdSchema, search['project']).data;
  const [endpoint, model, spec] = ['endpoint', 'model', 'spec'].map((name) => textOf(search[name]));
  const prompt = textOf(search['prompt'] ?? search['q']);
  return {
    ...(agent && { agent }),
    ...(endpoint && { endpoint }),
    ...(model && { model }),
    ...(spec && { spec }),
    ...(prompt && { prompt }),
    ...(search['submit'] === true && { submit: true }),
    ...(use && { use }),
    ...(message && { message }),
    ...(project && { project }),
  };
}

/** The router reads numbers and JSON where it finds them; here all is text. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}

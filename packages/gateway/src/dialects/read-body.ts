import type { ClientCall } from '../core/face.ts';
import { GatewayError } from '../core/gateway-error.ts';
import { countIn, isFields, textIn } from './json-fields.ts';
import type { Fields } from './json-fields.ts';

/** The JSON object of a request body. Throws `bad-request` for anything else. */
export function readJsonObject(text: string): Fields {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new GatewayError('bad-request', { message: 'The body is not valid JSON.' });
  }
  if (isFields(json)) return json;
  throw new GatewayError('bad-request', { message: 'The body is not a JSON object.' });
}

/** Throws the `bad-request` that names a field and what is wrong with it. */
export function refuse(param: string, fault: string): never {
  throw new GatewayError('bad-request', { message: `"${param}" ${fault}.`, param });
}

/** The model a body names; empty where it names none. */
export function readModelName({ model }: Fields): string {
  if (model === undefined || model === null) return '';
  return typeof model === 'string' ? model : refuse('model', 'must be the name of a model');
}

/** Whether a body asks for a stream. */
export function readStreamWish({ stream }: Fields): boolean {
  if (stream === undefined || stream === null) return false;
  return typeof stream === 'boolean' ? stream : refuse('stream', 'must be true or false');
}

/** How many tools a body offers, and how long the answer may be by its field `limit`. */
export function readWishes(fields: Fields, limit: string): NonNullable<ClientCall['wishes']> {
  const { tools } = fields;
  return { toolCount: Array.isArray(tools) ? tools.length : 0, maxOutputTokens: countIn(fields[limit]) };
}

/** The client's own word for the conversation, where its body has one. */
export function readSession(fields: Fields): { session?: string } {
  const session = textIn(fields['session_id']) ?? textIn(fields['conversation_id']);
  return session === undefined ? {} : { session };
}

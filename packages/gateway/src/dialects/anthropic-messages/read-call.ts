import type { ClientCall } from '../../core/face.ts';
import { isFields } from '../json-fields.ts';
import { readJsonObject, readModelName, readSession, readStreamWish, readWishes, refuse } from '../read-body.ts';
import { fromMessagesRequest } from './from-request.ts';

/**
 * Reads what the gateway needs of every Messages body; the rest is the upstream's business. Throws `bad-request` that
 * names the field at fault.
 */
export function readMessagesCall(body: Buffer): ClientCall {
  const text = body.toString('utf8');
  const fields = readJsonObject(text);
  const { messages } = fields;
  if (!Array.isArray(messages)) refuse('messages', 'must be a list');
  if (messages.length === 0) refuse('messages', 'must not be empty');
  for (const [index, message] of messages.entries()) {
    if (!isFields(message) || typeof message['role'] !== 'string') {
      refuse(`messages.${index}`, 'must be an object with a role');
    }
  }
  return {
    model: readModelName(fields),
    isStream: readStreamWish(fields),
    includeUsage: true,
    wishes: readWishes(fields, 'max_tokens'),
    ...readSession(fields),
    toRequest: () => fromMessagesRequest(fields, text),
  };
}

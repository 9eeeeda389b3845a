import type { ClientCall } from '../../core/face.ts';
import { isFields, textIn } from '../json-fields.ts';
import type { Fields } from '../json-fields.ts';
import { readJsonObject, readModelName, readSession, readStreamWish, readWishes, refuse } from '../read-body.ts';
import { fromResponsesRequest } from './from-request.ts';

/**
 * Reads what the gateway needs of every Responses body; the rest is the upstream's business. Throws `bad-request` that
 * names the field at fault.
 */
export function readResponsesCall(body: Buffer): ClientCall {
  const fields = readJsonObject(body.toString('utf8'));
  checkInput(fields);
  const previous = textIn(fields['previous_response_id']);
  return {
    model: readModelName(fields),
    isStream: readStreamWish(fields),
    includeUsage: true,
    isKept: fields['store'] !== false,
    wishes: readWishes(fields, 'max_output_tokens'),
    ...readSession(fields),
    toRequest: () => fromResponsesRequest(fields),
    ...(previous === undefined ? {} : { previousResponseId: previous }),
  };
}

function checkInput({ input, previous_response_id: previous, prompt }: Fields): void {
  const isOptional = typeof previous === 'string' || isFields(prompt);
  if (input === undefined || input === null) {
    if (!isOptional) refuse('input', 'must be a text or a list of items');
    return;
  }
  if (typeof input === 'string') return;
  if (!Array.isArray(input)) refuse('input', 'must be a text or a list of items');
  if (input.length === 0 && !isOptional) refuse('input', 'must not be empty');
  for (const [index, item] of input.entries()) if (!isFields(item)) refuse(`input.${index}`, 'must be an object');
}

import type { CallPath, ClientCall } from '../../core/face.ts';
import { isFields } from '../json-fields.ts';
import { readJsonObject, refuse } from '../read-body.ts';
import { fromGoogleRequest } from './from-request.ts';

/**
 * Reads what the gateway needs of every body; model and method stand in the path. Throws `bad-request` that names the
 * field at fault.
 */
export function readGoogleCall(body: Buffer, { model, isStream, isList = false }: CallPath): ClientCall {
  const text = body.toString('utf8');
  const json = readJsonObject(text);
  const { contents } = json;
  if (!Array.isArray(contents)) refuse('contents', 'must be a list');
  else if (contents.length === 0) refuse('contents', 'must not be empty');
  else if (!contents.every(isFields)) refuse('contents', 'must hold objects with parts');
  return {
    model: model?.replace(/^models\//, '') ?? '',
    isStream: isStream ?? false,
    isList,
    includeUsage: true,
    toRequest: () => fromGoogleRequest(json, text, model ?? ''),
  };
}

import { parseJson } from '../transport/parse-json.ts';
import { rawJson } from '../transport/write-json.ts';
import type { RawJson } from '../transport/write-json.ts';

/**
 * The arguments of a call for a dialect that wants an object, byte for byte as the model wrote them. What is no
 * object is put into one, so that the model sees its own mistake.
 */
export function objectInput(input: string): RawJson {
  if (input.trim() === '') return rawJson('{}');
  return rawJson(isObjectText(input) ? input : JSON.stringify({ INVALID_JSON: input }));
}

/** Whether `text` is the JSON text of an object. */
export function isObjectText(text: string): boolean {
  return text.trimStart().startsWith('{') && parseJson(text) !== undefined;
}

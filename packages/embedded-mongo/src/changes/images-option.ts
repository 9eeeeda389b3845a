import { readArguments, type Arguments } from '../commands/arguments.ts';
import { Document } from '../bson/document.ts';
import type { Value } from '../bson/value.ts';

const OPTION = 'changeStreamPreAndPostImages';
const FIELDS = new Set(['enabled']);

/**
 * Writes into a collection's options whether change streams may show its documents before and after changes (MongoDB
 * manual "Change Streams with Document Pre- and Post-Images"); leaves them alone when the command does not say.
 */
export function writeImagesOption(owner: string, values: Arguments, options: Map<string, Value>): void {
  const given = values.optionalDocument(OPTION);
  if (given === undefined) return;
  const isEnabled = readArguments(`${owner}.${OPTION}`, given, FIELDS).flag('enabled');
  if (isEnabled) options.set(OPTION, new Document(new Map([['enabled', true]])));
  else options.delete(OPTION);
}

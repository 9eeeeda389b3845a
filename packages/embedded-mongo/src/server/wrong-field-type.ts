import { typeName, type Value } from '../bson/value.ts';
import { CommandError } from './command-error.ts';

/** The refusal of a field, named with what it stands in, whose value is of none of the expected types. */
export function wrongFieldType(path: string, value: Value, ...expected: readonly string[]): CommandError {
  const types = expected.length === 1 ? `type '${expected.join('')}'` : `types '[${expected.join(', ')}]'`;
  return new CommandError(
    'TypeMismatch',
    `BSON field '${path}' is the wrong type '${typeName(value)}', expected ${types}`,
  );
}

import { typeName } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import type { Arguments } from './arguments.ts';

/** Refuses anything but true and false, even numbers and null, in the flags MongoDB reads so strictly. */
export function checkStrictFlags(values: Arguments, names: readonly string[]): void {
  for (const name of names) {
    const value = values.value(name);
    if (value === undefined || typeof value === 'boolean') continue;
    throw new CommandError('TypeMismatch', `Field '${name}' should be a boolean value, but found: ${typeName(value)}`);
  }
}

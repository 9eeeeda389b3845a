import { toInteger } from '../bson/arithmetic.ts';
import { formatValue } from '../bson/format-value.ts';
import { isNumber, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';

/** The operand of an operator as a 64-bit integer; refuses what is none, as MongoDB words it. */
export function parseInteger(name: string, operand: Value): bigint {
  const element = `${name}: ${formatValue(operand)}`;
  if (!isNumber(operand)) throw new CommandError('FailedToParse', `Expected a number in: ${element}`);
  const text = formatValue(operand);
  if (/^-?nan/i.test(text)) {
    throw new CommandError('FailedToParse', `Expected an integer, but found NaN in: ${element}`);
  }
  const integer = toInteger(operand);
  if (/inf/i.test(text) || (integer !== undefined && BigInt.asIntN(64, integer) !== integer)) {
    throw new CommandError('FailedToParse', `Cannot represent as a 64-bit integer: ${element}`);
  }
  if (integer === undefined) throw new CommandError('FailedToParse', `Expected an integer: ${element}`);
  return integer;
}

/** The operand of an operator as a 64-bit integer that is not negative. */
export function parseNonNegativeInteger(name: string, operand: Value): bigint {
  const integer = parseInteger(name, operand);
  if (integer < 0n) {
    throw new CommandError('FailedToParse', `Expected a non-negative number in: ${name}: ${formatValue(operand)}`);
  }
  return integer;
}

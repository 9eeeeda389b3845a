import { isDocument } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { isNullish, type OperatorParser } from '../expression.ts';
import { listOperator, typeOf } from './operands.ts';

function timestampPart(name: string, code: number, part: (value: bigint) => bigint): [string, OperatorParser] {
  return listOperator(name, { min: 1, max: 1 }, ([value]) => {
    if (isNullish(value)) return null;
    if (typeof value === 'object' && !Array.isArray(value) && value.kind === 'timestamp') return part(value.value);
    throw new CommandError(code, ` Argument to ${name} must be a timestamp, but is ${typeOf(value)}`);
  });
}

const random: OperatorParser = (operand) => {
  const isEmpty = Array.isArray(operand)
    ? operand.length === 0
    : isDocument(operand) && operand.firstName() === undefined;
  if (!isEmpty) throw new CommandError(3_040_501, '$rand does not currently accept arguments');
  return () => Math.random();
};

function refused(name: string, code: number, reason: string): [string, OperatorParser] {
  return [
    name,
    () => {
      throw new CommandError(code, `${name} is not supported by the embedded store: ${reason}`);
    },
  ];
}

/** Timestamps, chance, and the operators that would need a JavaScript engine in the server. */
export const SYSTEM_OPERATORS: readonly [string, OperatorParser][] = [
  timestampPart('$tsSecond', 5_687_301, (value): bigint => value >> 32n),
  timestampPart('$tsIncrement', 5_687_302, (value): bigint => value & 0xffff_ffffn),
  ['$rand', random],
  refused('$function', 31_264, 'it has no server-side JavaScript'),
];

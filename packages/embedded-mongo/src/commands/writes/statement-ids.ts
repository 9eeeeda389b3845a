import { int, isNumber, type Value } from '../../bson/value.ts';
import { isEqual } from '../../bson/compare-values.ts';
import { CommandError } from '../../server/command-error.ts';
import { isRetryable, type Request } from '../command.ts';

/**
 * Reads `stmtId` and `stmtIds`, by which clients may count the statements of a session. In a transaction they mean
 * nothing. A write that may be repeated is one whole here, so that only the usual numbers, from 0, are taken there.
 */
export function checkStatementIds(request: Request, statements: number): void {
  const { arguments: values } = request;
  const first = values.value('stmtId');
  const isListed = values.value('stmtIds') !== undefined;
  if (first === undefined && !isListed) return;
  if (isListed && first !== undefined) {
    throw new CommandError('InvalidOptions', 'May not specify both stmtId and stmtIds in write command');
  }
  const ids = isListed ? values.list('stmtIds') : [first ?? int(0)];
  if (isListed && ids.length !== statements) {
    throw new CommandError(
      'InvalidLength',
      `Number of statement ids must match the number of batch entries. Got ${String(ids.length)} statement ids but ${String(statements)} operations.`,
    );
  }
  if (isRetryable(request) && !ids.every(isUsual)) {
    throw new CommandError('InvalidOptions', 'Statement ids other than from 0 are not supported by the embedded store');
  }
}

function isUsual(id: Value, index: number): boolean {
  return isNumber(id) && isEqual(id, int(index));
}

import type { OperatorParser } from '../aggregation/expression.ts';
import { CommandError } from '../server/command-error.ts';
import { textScoreOf } from './text-score.ts';

/** `$meta`: the score of a text search; other metadata, which this store has not, is refused with 17308. */
export const parseMeta: OperatorParser = (operand) => {
  if (operand !== 'textScore') {
    throw new CommandError(17_308, `Unsupported argument to $meta: ${typeof operand === 'string' ? operand : ''}`);
  }
  return ({ root }) => textScoreOf(root);
};

import type { Variables } from '../../aggregation/expression.ts';
import { isDocument } from '../../bson/value.ts';
import type { View } from '../../catalogue/catalogue-state.ts';
import { readHint } from '../../plan/hint.ts';
import { parseFilter } from '../../query/parse-filter.ts';
import { parseSort } from '../../query/sort.ts';
import { CommandError } from '../../server/command-error.ts';
import { parseUpdate } from '../../update/apply-update.ts';
import { fillReplacement } from '../../update/empty-timestamps.ts';
import type { Arguments } from '../arguments.ts';
import { literalConstants } from '../constants.ts';
import type { UpdateStatement } from './update-one.ts';

/** What a command calls the parts of its update statements that others call otherwise. */
export interface UpdateFieldNames {
  readonly filter: string;
  readonly change: string;
  readonly constants: string;
}

/** What all statements of a command have in common. */
export interface StatementContext {
  readonly view: View;
  readonly variables: Variables;
  readonly keepsEmptyTimestamps: boolean;
}

/** Refuses parts of the wrong types, which fail the whole command before anything is written, as in MongoDB. */
export function checkUpdateTypes(values: Arguments, names: UpdateFieldNames): void {
  values.flag('multi');
  values.flag('upsert');
  values.optionalDocument(names.constants);
  values.optionalDocument('sort');
  if ((values.value('arrayFilters') ?? null) !== null) values.documents('arrayFilters');
  checkChoiceTypes(values);
}

/** The same for what updates and deletes have in common. */
export function checkChoiceTypes(values: Arguments): void {
  values.optionalDocument('collation');
  const hint = values.value('hint') ?? null;
  if (hint === null || typeof hint === 'string' || isDocument(hint)) return;
  throw new CommandError('FailedToParse', 'Hint must be a string or an object');
}

/** Reads one update statement of `update` or `bulkWrite`. */
export function readUpdateStatement(
  namespace: string,
  values: Arguments,
  names: UpdateFieldNames,
  { view, variables, keepsEmptyTimestamps }: StatementContext,
): UpdateStatement {
  const change = values.value(names.change);
  const isMulti = values.flag('multi');
  const constants = values.optionalDocument(names.constants);
  if (constants !== undefined && !Array.isArray(change)) {
    throw new CommandError(51_198, 'Constant values may only be specified for pipeline updates');
  }
  const sort = parseSort(values.optionalDocument('sort'));
  if (isMulti && sort.length > 0) throw new CommandError('FailedToParse', 'Cannot specify sort with multi=true');
  return {
    filter: parseFilter(values.document(names.filter), variables),
    update: parseUpdate(
      (keepsEmptyTimestamps ? change : fillReplacement(change)) ?? null,
      values.value('arrayFilters'),
      literalConstants(constants, variables),
    ),
    isMulti,
    isUpsert: values.flag('upsert'),
    sort,
    hint: readHint(view, namespace, values.value('hint')),
  };
}

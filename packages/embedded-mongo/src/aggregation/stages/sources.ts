import { isDocument, typeName } from '../../bson/value.ts';
import { Document } from '../../bson/document.ts';
import { CommandError } from '../../server/command-error.ts';
import { searchIndexesNotEnabled, searchNotEnabled } from '../../server/diagnostics/search-not-enabled.ts';
import { compileExpression } from '../compile-expression.ts';
import type { StageParser } from '../stage.ts';

/** `$documents`: the documents of an expression instead of a collection's (manual: "$documents"). */
const documents: StageParser = (specification) => {
  const evaluate = compileExpression(specification);
  return {
    *source(_collection, { variables }) {
      const items = evaluate({ root: new Document(new Map()), variables });
      if (!Array.isArray(items)) {
        throw new CommandError(
          5_858_203,
          `an array is expected, found ${items === undefined ? 'missing' : typeName(items)}`,
        );
      }
      for (const item of items) {
        if (!isDocument(item)) {
          throw new CommandError(40_228, `$documents expects an array of objects, found ${typeName(item)}`);
        }
        yield item;
      }
    },
    run: () => {
      throw new CommandError(40_602, '$documents is only valid as the first stage in a pipeline.');
    },
  };
};

/** Stages that are missing here or have no place of their own, which says more than an unknown name would. */
const REFUSED: ReadonlyMap<string, readonly [number | 'BadValue', string]> = new Map([
  ['$changeStreamSplitLargeEvent', [20, 'can only be used in a $changeStream pipeline.']],
  ['$geoNear', ['BadValue', 'geo queries are not supported by the embedded store']],
]);

/** Stages that need a search server. */
const SEARCHING: ReadonlyMap<string, () => CommandError> = new Map([
  ['$search', searchNotEnabled],
  ['$searchMeta', searchNotEnabled],
  ['$vectorSearch', searchNotEnabled],
  ['$listSearchIndexes', searchIndexesNotEnabled],
]);

/** The stages that begin a pipeline without a collection, and those that can only be refused. */
export const SOURCE_STAGES: readonly [string, StageParser][] = [
  ['$documents', documents],
  ...[...REFUSED].map(([name, [code, reason]]): [string, StageParser] => [
    name,
    () => {
      throw new CommandError(code, `${name} ${reason}`);
    },
  ]),
  ...[...SEARCHING].map(([name, refusal]): [string, StageParser] => [
    name,
    () => {
      throw refusal();
    },
  ]),
];

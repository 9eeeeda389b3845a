import { buildDocument, type Literal } from '../../bson/build-document.ts';
import { toInteger } from '../../bson/arithmetic.ts';
import type { Document } from '../../bson/document.ts';
import { dateTime, isDocument, type Value } from '../../bson/value.ts';
import type { View } from '../../catalogue/catalogue-state.ts';
import { findCollection } from '../../catalogue/collections.ts';
import type { CollectionEntry } from '../../catalogue/entries.ts';
import { measure, storageStatistics } from '../../catalogue/statistics.ts';
import { usageOf } from '../../plan/index-usage.ts';
import { CommandError } from '../../server/command-error.ts';
import { isTruthy } from '../expression.ts';
import type { Stage, StageParser } from '../stage.ts';

function first(name: string, source: NonNullable<Stage['source']>): Stage {
  return {
    source,
    run: () => {
      throw new CommandError(40_602, `${name} is only valid as the first stage in a pipeline.`);
    },
  };
}

function existing(view: View, namespace: string): CollectionEntry {
  const collection = findCollection(view, namespace);
  if (collection !== undefined) return collection;
  throw new CommandError('NamespaceNotFound', `Collection [${namespace}] not found.`);
}

/** The parts `$collStats` tells of, with the options each of them has. */
const COLLECTION_PARTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['count', []],
  ['storageStats', ['scale']],
  ['latencyStats', ['histograms']],
  ['queryExecStats', []],
]);

function checkParts(specification: Document): void {
  for (const [name, value] of specification.entries()) {
    const options = COLLECTION_PARTS.get(name);
    if (options === undefined) {
      throw new CommandError(40_415, `BSON field '$collStats.${name}' is an unknown field.`);
    }
    if (!isDocument(value)) throw new CommandError('TypeMismatch', `BSON field '$collStats.${name}' must be an object`);
    for (const [option] of value.entries()) {
      if (options.includes(option)) continue;
      throw new CommandError(40_415, `BSON field '$collStats.${name}.${option}' is an unknown field.`);
    }
  }
}

function scaleOf(part: Value | undefined): number {
  const scale = isDocument(part) ? part.get('scale') : undefined;
  if (scale === undefined) return 1;
  const number = toInteger(scale);
  if (number !== undefined && number > 0n) return Number(number);
  throw new CommandError('BadValue', "BSON field '$collStats.storageStats.scale' value must be >= 1");
}

/** `$collStats` (MongoDB manual: $collStats): counts and sizes; latencies are not measured and told as zero. */
const collStats: StageParser = (specification) => {
  if (!isDocument(specification)) {
    throw new CommandError('FailedToParse', '$collStats must take a nested object');
  }
  checkParts(specification);
  const scale = scaleOf(specification.get('storageStats'));
  return first('$collStats', (name, { view, database }) => {
    const namespace = `${database}.${name}`;
    const collection = existing(view, namespace);
    return [
      buildDocument({
        ns: namespace,
        localTime: now(),
        latencyStats: specification.has('latencyStats') ? latencies(specification.get('latencyStats')) : undefined,
        storageStats: specification.has('storageStats') ? storageStatistics(view, collection, scale) : undefined,
        queryExecStats: specification.has('queryExecStats')
          ? { collectionScans: { total: 0n, nonTailable: 0n } }
          : undefined,
        count: specification.has('count') ? measure(view, collection).count : undefined,
      }),
    ];
  });
};

function latencies(part: Value | undefined): Literal {
  const hasHistograms = isDocument(part) && isTruthy(part.get('histograms'));
  const none: Literal = { histogram: hasHistograms ? [] : undefined, latency: 0n, ops: 0n };
  return { reads: none, writes: none, commands: none, transactions: none };
}

function now(): Value {
  return { kind: 'date', milliseconds: BigInt(Date.now()) };
}

/** `$indexStats` (MongoDB manual: $indexStats): the indexes of a collection and how often they were read. */
const indexStats: StageParser = (specification) => {
  if (!isDocument(specification) || specification.firstName() !== undefined) {
    throw new CommandError(28_803, 'The $indexStats stage specification must be an empty object');
  }
  return first('$indexStats', (name, { view, database }) =>
    existing(view, `${database}.${name}`).indexes.map((index) => {
      const { operations, since } = usageOf(index);
      return buildDocument({
        name: index.name,
        key: index.document.get('key'),
        accesses: { ops: operations, since: dateTime(since) },
        spec: index.document,
      });
    }),
  );
};

/** The stages that tell of a collection instead of reading it. */
export const STATISTICS_STAGES: readonly [string, StageParser][] = [
  ['$collStats', collStats],
  ['$indexStats', indexStats],
];

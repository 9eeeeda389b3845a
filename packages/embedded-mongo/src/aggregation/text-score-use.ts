import type { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import { noTextScore } from '../text/text-score.ts';
import { isLiteralName } from './literal-name.ts';
import type { Stage } from './stage.ts';

/** The stages whose expressions may ask for the score of a text search. */
const ASKING = new Set([
  '$addFields',
  '$bucket',
  '$bucketAuto',
  '$facet',
  '$group',
  '$match',
  '$project',
  '$redact',
  '$replaceRoot',
  '$replaceWith',
  '$set',
  '$setWindowFields',
  '$sort',
  '$sortByCount',
]);

/** The stages that make documents of many, of which none has a score. */
const ENDING = new Set(['$bucket', '$bucketAuto', '$count', '$facet', '$group', '$sortByCount']);

/** What a stage does with the score of a text search, by its name and argument. */
export function textScoreUse(name: string, specification: Value): Pick<Stage, 'textScore'> {
  if (ASKING.has(name) && asksForTextScore(specification)) return { textScore: 'asks' };
  return ENDING.has(name) ? { textScore: 'ends' } : {};
}

/** Whether an expression, or anything in it, is `{$meta: 'textScore'}`. */
export function asksForTextScore(value: Value): boolean {
  if (Array.isArray(value)) return value.some(asksForTextScore);
  if (!isDocument(value)) return false;
  if (value.get('$meta') === 'textScore') return true;
  if (isLiteralName(value.firstName())) return false;
  return [...value.entries()].some(([, inner]) => asksForTextScore(inner));
}

/** Refuses a pipeline that asks for a score although it does not begin with a text search, with 40218. */
export function checkTextScore(stages: readonly Stage[]): void {
  const asking = stages.find((stage) => stage.textScore !== undefined);
  if (asking?.textScore !== 'asks' || searchesText(stages)) return;
  throw noTextScore();
}

function searchesText(stages: readonly Stage[]): boolean {
  for (const { match } of stages) {
    if (match === undefined) return false;
    if (hasText(match)) return true;
  }
  return false;
}

/** Whether a condition on documents has a `$text` in it. */
function hasText(filter: Document): boolean {
  return [...filter.entries()].some(([name, value]) => {
    if (name === '$text') return true;
    return name.startsWith('$') && Array.isArray(value) && value.some((part) => isDocument(part) && hasText(part));
  });
}

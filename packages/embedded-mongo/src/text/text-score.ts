import type { Document } from '../bson/document.ts';
import { CommandError } from '../server/command-error.ts';

/*
 * A document has its score from the moment a $text condition accepts it, and gives it to the documents that stages make
 * of it alone. Those made of many have none, which is noted too: asking them for one is no mistake.
 */
const scores = new WeakMap<Document, number | undefined>();

/** Notes how well a document answers the running text search. */
export function noteTextScore(document: Document, score: number): void {
  scores.set(document, score);
}

/** Gives a document made of another one the other's score, if it has any. */
export function keepTextScore(from: Document, made: Document): Document {
  const score = scores.get(from);
  if (score !== undefined || scores.has(from)) scores.set(made, score);
  return made;
}

/** Notes that a document was made of many, so that no text search can have judged it. */
export function withoutTextScore(made: Document): Document {
  scores.set(made, undefined);
  return made;
}

/** The score of a document found by a text search, missing after a group; 40218 when there was no text search. */
export function textScoreOf(document: Document): number | undefined {
  const score = scores.get(document);
  if (score !== undefined || scores.has(document)) return score;
  throw noTextScore();
}

/** The refusal of a score where no text search was made. */
export function noTextScore(): CommandError {
  return new CommandError(40_218, 'query requires text score metadata, but it is not available');
}

import type { Document } from '../bson/document.ts';
import { CommandError } from '../server/command-error.ts';

/*
 * A document keeps its score from the moment a $text condition accepts it for as long as it is the same object: through
 * filters, sorts and limits up to the projection or stage that makes another document of it.
 */
const scores = new WeakMap<Document, number>();

/** Notes how well a document answers the running text search. */
export function noteTextScore(document: Document, score: number): void {
  scores.set(document, score);
}

/** The score of a document found by a text search; 40218 when it has none, or none any more. */
export function textScoreOf(document: Document): number {
  const score = scores.get(document);
  if (score === undefined) {
    throw new CommandError(40_218, 'query requires text score metadata, but it is not available');
  }
  return score;
}

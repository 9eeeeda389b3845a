import type { CacheStore } from '../cache-store.ts';
import { createAnswerHistory } from './answer-history.ts';
import type { AnswerHistory } from './answer-history.ts';
import { decodeCachedQuestion, encodeCachedQuestion } from './cached-question.ts';
import type { CachedQuestion } from './cached-question.ts';
import { createNearestIndex } from './nearest-index.ts';
import type { NearestIndex, Neighbour } from './nearest-index.ts';
import { readQuestion } from './question.ts';
import type { Question } from './question.ts';
import { createSketcher } from './sketch.ts';
import type { Sketcher } from './sketch.ts';

/** A question somebody asked, with what is known of its answer. */
export interface ShelvedQuestion extends CachedQuestion {
  /** Taken apart when first compared. */
  parts(): Question;
  /** As this process has seen it. */
  readonly history: AnswerHistory;
}

/** The questions of each scope, shared with other processes as far as the store is. */
export interface QuestionShelf {
  nearest(scope: string, vector: Float32Array): Promise<readonly Neighbour<ShelvedQuestion>[]>;
  add(scope: string, question: CachedQuestion): Promise<void>;
  readonly size: { readonly scopes: number; readonly questions: number };
}

export interface QuestionShelfOptions {
  readonly store: CacheStore;
  /** Of one scope. */
  readonly maxEntries: number;
  readonly ttlMs: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

interface Scope {
  readonly index: NearestIndex<ShelvedQuestion>;
  readonly ids: Set<string>;
  cursor: string | undefined;
}

/** Beyond it a scan would be felt. */
const mostEntries = 10_000;
/** Of all scopes together: 40 MB of vectors with 512 dimensions. */
const mostTogether = 20_000;

export function createQuestionShelf({ store, maxEntries, ttlMs, clock }: QuestionShelfOptions): QuestionShelf {
  const bounds = { ttlMs, maxEntries: Math.min(maxEntries, mostEntries) };
  const scopes = new Map<string, Scope>();
  const sketchers = new Map<number, Sketcher>();

  function sketcherFor(dimensions: number): Sketcher {
    const known = sketchers.get(dimensions) ?? createSketcher(dimensions);
    sketchers.set(dimensions, known);
    return known;
  }
  function countQuestions(): number {
    let sum = 0;
    for (const { index } of scopes.values()) sum += index.size;
    return sum;
  }
  /** The scope, as the one that was used last. */
  function open(name: string, dimensions: number): Scope {
    const scope = scopes.get(name) ?? {
      index: createNearestIndex<ShelvedQuestion>(bounds.maxEntries, sketcherFor(dimensions)),
      ids: new Set<string>(),
      cursor: undefined,
    };
    scopes.delete(name);
    scopes.set(name, scope);
    return scope;
  }
  function dropOldest(): void {
    while (scopes.size > 1 && countQuestions() > mostTogether) {
      const [oldest] = scopes.keys();
      if (oldest === undefined) return;
      scopes.delete(oldest);
    }
  }
  async function readNews(name: string, scope: Scope, dimensions: number): Promise<void> {
    const { values, cursor } = await store.since(name, scope.cursor);
    scope.cursor = cursor;
    if (values.length === 0) return;
    for (const value of values) {
      const found = decodeCachedQuestion(value);
      // Another process may have read on meanwhile; an embedder may have been exchanged.
      if (found === undefined || scope.ids.has(found.id) || found.vector.length !== dimensions) continue;
      scope.ids.add(found.id);
      scope.index.add(shelve(found), found.vector);
    }
    if (scope.ids.size > 2 * bounds.maxEntries) scope.ids.clear();
    dropOldest();
  }

  return {
    get size() {
      return { scopes: scopes.size, questions: countQuestions() };
    },
    async nearest(name, vector) {
      const scope = open(name, vector.length);
      await readNews(name, scope, vector.length);
      const now = clock();
      return scope.index.nearest(vector).filter(({ item }) => item.expiresAt > now);
    },
    add: (name, question) => store.append(name, encodeCachedQuestion(question), bounds),
  };
}

function shelve(found: CachedQuestion): ShelvedQuestion {
  let parts: Question | undefined;
  return { ...found, history: createAnswerHistory(), parts: () => (parts ??= readQuestion(found.question)) };
}

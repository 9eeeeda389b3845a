import { randomUUID } from 'node:crypto';
import type { RoutePlan } from '../../core/call.ts';
import type { CacheSettings } from '../../core/gateway-config.ts';
import type { GatewayLog } from '../../core/gateway-log.ts';
import type { ModelEvent } from '../../core/model-event.ts';
import type { ModelRequest } from '../../core/model-request.ts';
import type { Embedder } from '../../embeddings/embedder.ts';
import { cosine } from '../../embeddings/embedder.ts';
import type { AskedAnswer } from '../asked-answer.ts';
import type { CacheStore } from '../cache-store.ts';
import { scopeKey } from '../exact-key.ts';
import { textOf } from '../may-be-stored.ts';
import { holdsPersonalData } from '../personal-data.ts';
import { decodeAnswer } from '../stored-answer.ts';
import type { StoredAnswer } from '../stored-answer.ts';
import { dependsOnTime } from '../time-words.ts';
import { createErrorWatch } from './error-watch.ts';
import { findObjection } from './guards.ts';
import { createHitThreshold } from './hit-threshold.ts';
import { createQuestionShelf } from './question-shelf.ts';
import type { ShelvedQuestion } from './question-shelf.ts';
import { readQuestion } from './question.ts';
import { isSameAnswer } from './same-answer.ts';

/** Finds answers to questions that mean the same as one asked before. */
export interface SemanticCache {
  /** Undefined for a question that is none of its business. Never rejects. */
  find(asked: AskedAnswer, plan: RoutePlan, options: FindOptions): Promise<SemanticFinding | undefined>;
  state(): SemanticCacheState;
}

export interface FindOptions {
  readonly signal: AbortSignal;
  /** The client takes answers that are not fresh. */
  readonly mayRead: boolean;
}

export interface SemanticFinding {
  /** Good enough to be given. */
  readonly answer?: StoredAnswer;
  /** To be told what the model answered where none was given: it compares, and keeps what is new. Never rejects. */
  learn(fresh: { readonly bytes: Buffer; readonly events: readonly ModelEvent[] }): Promise<void>;
}

/** How it does, since this process began. */
export interface SemanticCacheState {
  readonly isOn: boolean;
  /** Why it switched itself off. */
  readonly reason?: string;
  readonly embedder: string;
  /** The largest share of hits that may be wrong, and the share of hits that is verified. */
  readonly maxErrorShare: number;
  readonly verifyShare: number;
  readonly lookups: number;
  readonly hits: number;
  /** Answers compared with a fresh one before they were trusted. */
  readonly compared: number;
  /** Hits that were verified instead of given, and how many of those were wrong. */
  readonly verified: number;
  readonly wrong: number;
  /** Of the share of wrong hits, at 95 %; 1 while nothing is known. */
  readonly upperBound: number;
  /** The similarity from which entries without a history are trusted; absent while none is. */
  readonly threshold?: number;
  readonly scopes: number;
  readonly questions: number;
  /** Lookups that the embedder failed. */
  readonly failures: number;
}

export interface SemanticCacheOptions {
  readonly store: CacheStore;
  readonly embedder: Embedder;
  readonly settings: CacheSettings['semantic'];
  readonly log: GatewayLog;
  /** From 0 to below 1. */
  readonly random?: () => number;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

/** How long an embedder is left alone that failed: a hanging one must not hold up every request. */
const embedderRestMs = 10_000;
const maxLength = 2000;
/** What is further away is another question. */
const floor = { lexical: 0.5, semantic: 0.6 };

/** Builds the cache. It begins by comparing only, gives answers once it has proof, and ends itself when they are wrong. */
export function createSemanticCache({
  store,
  embedder,
  settings,
  log,
  random = Math.random,
  clock = Date.now,
}: SemanticCacheOptions): SemanticCache {
  const { maxErrorShare, verifyShare, ttlMs } = settings;
  const shelf = createQuestionShelf({ store, maxEntries: settings.maxEntries, ttlMs, clock });
  const threshold = createHitThreshold(maxErrorShare);
  const watch = createErrorWatch(maxErrorShare, log);
  const least = embedder.isLexical ? floor.lexical : floor.semantic;
  const counts = { lookups: 0, hits: 0, compared: 0, failures: 0 };
  let restsUntil = Number.NEGATIVE_INFINITY;

  async function embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[] | undefined> {
    if (clock() < restsUntil) return undefined;
    try {
      return await embedder.embed(texts, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      counts.failures += 1;
      restsUntil = clock() + embedderRestMs;
      log.warn({ embedder: embedder.id, err: error }, 'the embedder of the semantic cache failed and is left alone');
      return undefined;
    }
  }

  async function findNeighbour(scope: string, text: string, vector: Float32Array): Promise<Found | undefined> {
    const parts = readQuestion(text);
    for (const { item, similarity } of await shelf.nearest(scope, vector)) {
      if (similarity < least) return undefined;
      if (findObjection(parts, item.parts(), embedder.isLexical) === undefined) return { item, similarity };
    }
    return undefined;
  }

  /** Compares what was kept with what the model says now; undefined when that cannot be told. */
  async function compare({ item, similarity }: Found, fresh: string): Promise<boolean | undefined> {
    const vectors = plainlySame(item.answer, fresh) ? [] : await embed([item.answer, fresh], neverAborted);
    if (vectors === undefined) return undefined;
    const [one, other] = vectors;
    const isRight = isSameAnswer(item.answer, fresh, () => (one && other ? cosine(one, other) : 0));
    item.history.note({ similarity, isRight });
    return isRight;
  }

  async function keep(scope: string, question: string, vector: Float32Array, fresh: Fresh): Promise<void> {
    const id = randomUUID();
    await store.set(`near:${id}`, fresh.bytes, ttlMs);
    const answer = textOf(fresh.events);
    await shelf.add(scope, { id, question, answer, vector, expiresAt: clock() + ttlMs });
  }

  return {
    async find(asked, plan, { signal, mayRead }) {
      const question = questionOf(asked.request);
      if (question === undefined || watch.isOff) return undefined;
      const scope = scopeKey(asked, plan, question);
      const [vector] = scope === undefined ? [] : ((await embed([question], signal)) ?? []);
      if (scope === undefined || vector === undefined) return undefined;
      const name = `${embedder.id}:${scope}`;
      if (mayRead) counts.lookups += 1;
      const found = await findNeighbour(name, question, vector);
      const isTrusted = found !== undefined && threshold.isTrusted(found.similarity, found.item.history);
      const isVerified = isTrusted && mayRead && random() < verifyShare;
      const learn = async (fresh: Fresh): Promise<void> => {
        const isRight = found === undefined ? false : await compare(found, textOf(fresh.events));
        if (isRight === undefined) return;
        // What was learned and what is audited are kept apart: a threshold must not be judged by its own evidence.
        if (isVerified) watch.note(isRight);
        else if (found !== undefined) {
          counts.compared += 1;
          threshold.note({ similarity: found.similarity, isRight });
        }
        if (!isRight) await keep(name, question, vector, fresh);
      };
      if (found === undefined || !isTrusted || isVerified || !mayRead) return { learn };
      const bytes = await store.get(`near:${found.item.id}`);
      const answer = bytes === undefined ? undefined : decodeAnswer(bytes);
      if (answer === undefined) return { learn };
      counts.hits += 1;
      return { answer, learn };
    },

    state() {
      const { scopes, questions } = shelf.size;
      return {
        isOn: !watch.isOff,
        ...(watch.reason === undefined ? {} : { reason: watch.reason }),
        embedder: embedder.id,
        maxErrorShare,
        verifyShare,
        ...counts,
        verified: watch.verified,
        wrong: watch.wrong,
        upperBound: watch.upperBound,
        ...(threshold.common === undefined ? {} : { threshold: threshold.common }),
        scopes,
        questions,
      };
    },
  };
}

type Fresh = Parameters<SemanticFinding['learn']>[0];

interface Found {
  readonly item: ShelvedQuestion;
  readonly similarity: number;
}

/** Comparing goes on when the client has left with its answer; the embedder has a deadline of its own. */
const neverAborted = new AbortController().signal;

function plainlySame(one: string, other: string): boolean {
  return isSameAnswer(one, other, () => 0);
}

/** The last question, if it is a plain and short one that may be kept. */
function questionOf({ turns }: ModelRequest): string | undefined {
  const last = turns.at(-1);
  if (last?.role !== 'user') return undefined;
  const texts = last.parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  const [text = '', ...others] = texts;
  if (others.length > 0 || text.trim().length < 3 || text.length > maxLength) return undefined;
  return dependsOnTime(text) || holdsPersonalData(text) ? undefined : text;
}

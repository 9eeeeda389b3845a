import { createHash } from 'node:crypto';
import type { UserId } from '@parley/contracts';
import type { IndexQuery, SearchEntry, SearchPosition } from './search-index.ts';

/** An entry as Meilisearch keeps it. It looks words up as values of a filter, so that they mean what they mean here. */
export interface MeilisearchDocument {
  readonly id: string;
  readonly userId: string;
  readonly kind: 'title' | 'message';
  readonly conversationId: string;
  readonly messageId?: string;
  readonly role?: string;
  readonly model?: string;
  readonly agentId?: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Puts entries of the same millisecond in an order. */
  readonly tie: number;
  readonly words: readonly string[];
}

/** One class of answers, as a search of its own. */
interface RankedQuery {
  readonly rank: number;
  /** All of them hold. */
  readonly filter: string[];
}

const ranks = [
  { kind: 'title', ending: 'whole' },
  { kind: 'title', ending: 'unfinished' },
  { kind: 'message', ending: 'whole' },
  { kind: 'message', ending: 'unfinished' },
] as const;

/** What filters name. */
export const filterableAttributes = [
  'userId',
  'kind',
  'conversationId',
  'role',
  'model',
  'agentId',
  'at',
  'tie',
  'words',
];

/** Newest first. */
export const newestFirst = ['at:desc', 'tie:desc'];

export function toMeilisearchDocument({ id, words, ...entry }: SearchEntry): MeilisearchDocument {
  const { userId, conversationId, messageId, role, model, agentId, at } = entry;
  return {
    id,
    userId,
    kind: messageId === undefined ? 'title' : 'message',
    conversationId,
    ...(messageId === undefined ? {} : { messageId }),
    ...(role === undefined ? {} : { role }),
    ...(model === undefined ? {} : { model: plain(model) }),
    ...(agentId === undefined ? {} : { agentId }),
    at: at.getTime(),
    tie: tieOf(id),
    words: words.map(toWord),
  };
}

/** The searches that together are one, best class first. */
export function toRankedQueries(userId: UserId, query: IndexQuery): RankedQuery[] {
  const { prefix, role, after } = query;
  return ranks.flatMap(({ kind, ending }, rank) => {
    const isPassed = after !== undefined && rank < after.rank;
    const isNeedless = (ending === 'unfinished' && prefix === undefined) || (kind === 'title' && role !== undefined);
    if (isPassed || isNeedless) return [];
    const filter = [`userId = ${quoted(userId)}`, `kind = ${quoted(kind)}`];
    filter.push(...wordsFilter(query, ending), ...attributesFilter(query));
    if (after?.rank === rank) filter.push(olderThan(after));
    return [{ rank, filter }];
  });
}

export function conversationFilter(id: string): string {
  return `conversationId = ${quoted(id)}`;
}

function wordsFilter({ words, prefix }: IndexQuery, ending: 'whole' | 'unfinished'): string[] {
  const filter = words.map((word) => `words = "${toWord(word)}"`);
  if (prefix === undefined) return filter;
  const last = toWord(prefix);
  return ending === 'whole'
    ? [...filter, `words = "${last}"`]
    : [...filter, `words STARTS WITH "${last}"`, `words != "${last}"`];
}

function attributesFilter({ role, model, agentId, from, to, conversationIds }: IndexQuery): string[] {
  const filter: string[] = [];
  if (conversationIds !== undefined) filter.push(conversationIds.map(conversationFilter).join(' OR '));
  if (role !== undefined) filter.push(`role = ${quoted(role)}`);
  if (model !== undefined) filter.push(`model = ${quoted(model)} OR model NOT EXISTS`);
  if (agentId !== undefined) filter.push(`agentId = ${quoted(agentId)} OR agentId NOT EXISTS`);
  if (from !== undefined) filter.push(`at >= ${from.getTime()}`);
  if (to !== undefined) filter.push(`at < ${to.getTime()}`);
  return filter;
}

function olderThan({ at, id }: SearchPosition): string {
  const time = at.getTime();
  return `at < ${time} OR (at = ${time} AND tie < ${tieOf(id)})`;
}

/** A whole number below 2^48. */
function tieOf(id: string): number {
  return createHash('sha256').update(id).digest().readUIntBE(0, 6);
}

/**
 * A word in letters and digits alone. Signs become their code points behind a hyphen, with which no word begins, because
 * filters cannot say every sign: a backslash is not unescaped there.
 */
function toWord(word: string): string {
  // Half a pair, where a long word was cut, is no text.
  const whole = word.replaceAll(/\p{Cs}/gu, '');
  if (/^[\p{L}\p{N}\p{M}]+$/u.test(whole)) return whole;
  return Array.from(whole, (sign) => `-${(sign.codePointAt(0) ?? 0).toString(16)}`).join('');
}

/** A value without quotes and backslashes. */
function plain(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

function quoted(value: string): string {
  return `"${plain(value)}"`;
}

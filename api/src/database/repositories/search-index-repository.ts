import type { UserId } from '@parley/contracts';
import type { Connection, QueryFilter } from 'mongoose';
import type { IndexQuery, SearchEntry, SearchIndex, SearchMatch } from '../../search/search-index.ts';
import { embeddedIndex } from '../../search/search-state.ts';
import { escapeRegex } from '../escape-regex.ts';
import { searchEntryDocumentSchema } from '../schemas/search-entry-document.ts';
import type { SearchEntryDocument } from '../schemas/search-entry-document.ts';

/** Entries up to which all that have a word are read and put in order; above, entries are looked through by age. */
const fewEntries = 600;

const byWord = { userId: 1, kind: 1, words: 1 } as const;
const byAge = { userId: 1, kind: 1, at: -1, _id: -1 } as const;
const byConversation = { conversationId: 1 } as const;

type Condition = QueryFilter<SearchEntryDocument>;

/** How many entries a condition on `words` leads to; `fewEntries` stands for that many or more. */
interface Count {
  readonly condition: Condition;
  readonly count: number;
}

/** One class of answers: better ones have lower ranks. */
interface Rank {
  readonly kind: SearchEntryDocument['kind'];
  readonly ending: 'whole' | 'unfinished';
}

const ranks: readonly Rank[] = [
  { kind: 'title', ending: 'whole' },
  { kind: 'title', ending: 'unfinished' },
  { kind: 'message', ending: 'whole' },
  { kind: 'message', ending: 'unfinished' },
];

/**
 * The search index in the `search_entries` collection. The rarest word finds the entries and the others are checked on
 * them; where every word is common, entries are looked through newest first, so that a page soon is full, or those of the
 * conversations that are asked for.
 */
export function createSearchIndexRepository(connection: Connection): SearchIndex {
  const model = connection.model<SearchEntryDocument>('SearchEntry', searchEntryDocumentSchema);

  /** How many entries have a word, up to `fewEntries`. */
  async function countFew(condition: Condition): Promise<Count> {
    return { condition, count: await model.countDocuments(condition, { hint: byWord, limit: fewEntries }) };
  }

  async function searchRank(rank: number, userId: UserId, query: IndexQuery, counts: readonly Count[]) {
    const { kind, ending } = ranks[rank] ?? { kind: 'title', ending: 'whole' };
    const [rarest] = counts.toSorted((left, right) => left.count - right.count);
    if (rarest?.count === 0) return [];
    const { after, limit } = query;
    const position = after?.rank === rank ? after : undefined;
    const conditions = [...linesOf(query, ending), ...attributesOf(query)];
    const fields = { conversationId: 1, messageId: 1, at: 1 } as const;
    if (rarest === undefined || rarest.count === fewEntries) {
      const $lte = position?.at ?? query.to ?? new Date(8.64e15);
      if (position !== undefined)
        conditions.push({ $or: [{ at: { $lt: position.at } }, { _id: { $lt: position.id } }] });
      const found = await model
        .find({ userId, kind, at: { $lte }, $and: conditions }, fields)
        .hint(query.conversationIds === undefined ? byAge : byConversation)
        .sort({ at: -1, _id: -1 })
        .limit(limit)
        .lean();
      return found.map((entry) => toMatch(rank, entry));
    }
    const found = await model
      .find({ ...rarest.condition, ...(conditions.length === 0 ? {} : { $and: conditions }) }, fields)
      .hint(byWord)
      .limit(fewEntries)
      .lean();
    return found
      .map((entry) => toMatch(rank, entry))
      .filter((match) => position === undefined || byAgeOf(position, match) < 0)
      .toSorted(byAgeOf)
      .slice(0, limit);
  }

  return {
    open: () => Promise.resolve(embeddedIndex),

    async put(entries) {
      if (entries.length === 0) return;
      const writes = entries.map((entry) => {
        const { _id, ...replacement } = toDocument(entry);
        return { replaceOne: { filter: { _id }, replacement, upsert: true } };
      });
      await connection.collection<SearchEntryDocument>(model.collection.name).bulkWrite(writes, { ordered: false });
    },

    async removeConversation(conversationId) {
      await model.deleteMany({ conversationId });
    },

    async remove(ids) {
      if (ids.length > 0) await model.deleteMany({ _id: { $in: [...ids] } });
    },

    async search(userId, query) {
      const found: SearchMatch[] = [];
      const kinds = query.role === undefined ? (['title', 'message'] as const) : (['message'] as const);
      for (const kind of kinds) {
        const wanted = ranks.flatMap((rank, index) => {
          const isPassed = query.after !== undefined && index < query.after.rank;
          const isNeedless = rank.ending === 'unfinished' && query.prefix === undefined;
          return rank.kind !== kind || isPassed || isNeedless ? [] : [index];
        });
        if (wanted.length === 0 || found.length >= query.limit) continue;
        const counts = await Promise.all(query.words.map((word) => countFew({ userId, kind, words: word })));
        if (counts.some(({ count }) => count === 0)) continue;
        for (const rank of wanted) {
          const limit = query.limit - found.length;
          if (limit === 0) break;
          const last =
            query.prefix === undefined ? [] : [await countFew({ userId, kind, words: lastWord(query.prefix, rank) })];
          found.push(...(await searchRank(rank, userId, { ...query, limit }, [...counts, ...last])));
        }
      }
      return found;
    },
  };
}

/** The word that is being typed: whole, or the beginning of one. */
function lastWord(prefix: string, rank: number): string | RegExp {
  return ranks[rank]?.ending === 'whole' ? prefix : new RegExp(`^${escapeRegex(prefix)}`);
}

function whole(word: string): RegExp {
  return new RegExp(` ${escapeRegex(word)} `);
}

/** Conditions on the words of an entry; the prefix either is one of its words or only begins one. */
function linesOf({ words, prefix }: IndexQuery, ending: Rank['ending']): Condition[] {
  const conditions: Condition[] = words.map((word) => ({ line: whole(word) }));
  if (prefix === undefined) return conditions;
  if (ending === 'whole') return [...conditions, { line: whole(prefix) }];
  return [...conditions, { line: new RegExp(` ${escapeRegex(prefix)}`) }, { line: { $not: whole(prefix) } }];
}

function attributesOf({ role, model, agentId, from, to, conversationIds }: IndexQuery): Condition[] {
  const conditions: Condition[] = [];
  if (conversationIds !== undefined) conditions.push({ conversationId: { $in: [...conversationIds] } });
  if (role !== undefined) conditions.push({ role });
  if (model !== undefined) conditions.push({ $or: [{ model }, { model: { $exists: false } }] });
  if (agentId !== undefined) conditions.push({ $or: [{ agentId }, { agentId: { $exists: false } }] });
  if (from !== undefined) conditions.push({ at: { $gte: from } });
  if (to !== undefined) conditions.push({ at: { $lt: to } });
  return conditions;
}

function toDocument({ id, words, ...entry }: SearchEntry): SearchEntryDocument {
  const { userId, conversationId, messageId, role, model, agentId, at } = entry;
  return {
    _id: id,
    userId,
    kind: messageId === undefined ? 'title' : 'message',
    conversationId,
    ...(messageId === undefined ? {} : { messageId }),
    ...(role === undefined ? {} : { role }),
    ...(model === undefined ? {} : { model }),
    ...(agentId === undefined ? {} : { agentId }),
    at,
    words,
    line: ` ${words.join(' ')} `,
  };
}

type FoundEntry = Pick<SearchEntryDocument, '_id' | 'conversationId' | 'messageId' | 'at'>;

function toMatch(rank: number, { _id, conversationId, messageId, at }: FoundEntry): SearchMatch {
  return { rank, id: _id, conversationId, messageId, at };
}

type Aged = Pick<SearchMatch, 'at' | 'id'>;

/** Newest first. */
function byAgeOf(left: Aged, right: Aged): number {
  const age = right.at.getTime() - left.at.getTime();
  if (age !== 0) return age;
  return left.id < right.id ? 1 : left.id > right.id ? -1 : 0;
}

import { conversationIdSchema, foldText } from '@parley/contracts';
import type { AgentId, MarkedText, ProjectId, SearchHit, UserId } from '@parley/contracts';
import { createListCursor } from '../http/list-cursor.ts';
import { cutSnippet, hasLiteral, markTitle } from './mark-text.ts';
import type { IndexQuery, SearchIndex, SearchPosition } from './search-index.ts';
import type { SearchIndexer } from './search-indexer.ts';
import { mergeMatches, sharedPlaces } from './search-places.ts';
import type { PlacedMatch, SearchPlace, SharedConversation } from './search-places.ts';
import { readSearchTerms } from './search-terms.ts';
import type { SearchTerms } from './search-terms.ts';
import type { FoundConversation, FoundMessage, SearchSource } from './search-source.ts';
import { searchableText } from './searchable-text.ts';

/** Proposals of the index that are looked at for one page: beyond, the page ends early and the next one goes on. */
const mostProposals = 240;
/** The texts of so many are read at once. */
const batchSize = 60;

export interface SearchFilter extends Pick<IndexQuery, 'role' | 'model' | 'from' | 'to'> {
  readonly agent?: AgentId | undefined;
  readonly tag?: string | undefined;
  readonly projectId?: ProjectId | undefined;
  /** Absent: both. */
  readonly archived?: boolean | undefined;
  /** Only what others share, or nothing of it; absent: both. */
  readonly shared?: boolean | undefined;
}

interface SearchRequest extends SearchFilter {
  readonly text: string;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

interface SearchPage {
  items: SearchHit[];
  nextCursor: string | null;
  /** See `SearchIndexer`. */
  progress: number | null;
}

export interface SearchService {
  /**
   * Messages and titles of this person's conversations and of those that others share with them, best first. Throws `invalid-request` for a cursor that no page has given out, and
   * `search-unavailable` while another engine does not answer.
   */
  search(userId: UserId, request: SearchRequest, signal: AbortSignal): Promise<SearchPage>;
}

export interface SearchServiceOptions {
  readonly index: Pick<SearchIndex, 'search'>;
  /** Takes out what turned out to be gone. */
  readonly removals: Pick<SearchIndex, 'remove'>;
  readonly source: Pick<SearchSource, 'conversations' | 'messages'>;
  readonly indexer: Pick<SearchIndexer, 'progress'>;
  /** What others share with somebody, as of now. */
  readonly sharedWith: (userId: UserId) => Promise<readonly SharedConversation[]>;
}

const searchCursor = createListCursor<SearchPosition>({
  write: ({ rank, at, id }) => `${rank}.${at.getTime()}.${id}`,
  read(text) {
    const [, rank, time, id] = /^([0-3])\.(\d{1,15})\.(.+)$/.exec(text) ?? [];
    const parsed = conversationIdSchema.safeParse(id);
    return parsed.success ? { rank: Number(rank), at: new Date(Number(time)), id: parsed.data } : undefined;
  },
});

/** Searches by the index and reads what it proposes: what is gone, somebody else's or filtered out is never shown. */
export function createSearchService(options: SearchServiceOptions): SearchService {
  const { index, removals, source, indexer, sharedWith } = options;

  /** Where to look. Tags, projects and the archive are how people keep their own conversations. */
  async function placesOf(userId: UserId, { shared, tag, projectId, archived }: SearchFilter): Promise<SearchPlace[]> {
    const own = shared === true ? [] : [{ ownerId: userId }];
    const isOwnOrder = tag !== undefined || projectId !== undefined || archived === true;
    return shared === false || isOwnOrder ? own : [...own, ...sharedPlaces(await sharedWith(userId))];
  }

  async function propose(
    places: readonly SearchPlace[],
    query: IndexQuery,
    signal: AbortSignal,
  ): Promise<PlacedMatch[]> {
    const found = places.map(async (place) => {
      const { ownerId, shared } = place;
      const there = shared === undefined ? query : { ...query, conversationIds: [...shared.ids] };
      const matches = await index.search(ownerId, there, signal);
      return matches.map((match) => ({ ...match, place }));
    });
    return mergeMatches(await Promise.all(found), query.limit);
  }

  /** What is shown of proposals, in their order; `undefined` for each that is not. */
  async function read(viewer: UserId, matches: readonly PlacedMatch[], terms: SearchTerms, filter: SearchFilter) {
    const byPlace = Map.groupBy(matches, ({ place }) => place);
    const hits = new Map<PlacedMatch, SearchHit | undefined>();
    for (const [place, some] of byPlace) {
      const found = await readPlace(viewer, place, some, terms, filter);
      for (const [position, match] of some.entries()) hits.set(match, found[position]);
    }
    return matches.map((match) => hits.get(match));
  }

  async function readPlace(
    viewer: UserId,
    place: SearchPlace,
    matches: readonly PlacedMatch[],
    terms: SearchTerms,
    filter: SearchFilter,
  ) {
    const { ownerId: userId, shared } = place;
    const messageIds = matches.flatMap(({ messageId }) => messageId ?? []);
    const [conversations, messages] = await Promise.all([
      source.conversations(userId, [...new Set(matches.map(({ conversationId }) => conversationId))]),
      messageIds.length === 0 ? [] : source.messages(userId, messageIds),
    ]);
    const conversationsById = new Map(conversations.map((conversation) => [conversation.id, conversation]));
    const messagesById = new Map(messages.map((message) => [message.id, message]));
    const gone: string[] = [];
    const hits = matches.map((match) => {
      const conversation = conversationsById.get(match.conversationId);
      const message = match.messageId === undefined ? undefined : messagesById.get(match.messageId);
      if (conversation === undefined || (match.messageId !== undefined && message === undefined)) {
        gone.push(match.id);
        return undefined;
      }
      if (shared !== undefined && !shared.ids.has(conversation.id)) return undefined;
      const asked = shared === undefined ? filter : { ...filter, archived: undefined };
      return isWanted(conversation, message, asked) ? toHit(viewer, match, conversation, message, terms) : undefined;
    });
    await removals.remove(gone);
    return hits;
  }

  return {
    async search(userId, { text, cursor, limit, ...filter }, signal) {
      const progress = indexer.progress();
      let after = cursor === undefined ? undefined : searchCursor.parse(cursor);
      const terms = readSearchTerms(text);
      if (terms === undefined) return { items: [], nextCursor: null, progress };
      const items: SearchHit[] = [];
      const { role, model, agent: agentId, from, to } = filter;
      const places = await placesOf(userId, filter);
      // The index is asked as seldom as can be: it begins anew each time.
      const sizes = terms.literals.length === 0 ? [limit + 1, mostProposals - limit - 1] : [mostProposals];
      for (const size of sizes) {
        const query = { words: terms.words, prefix: terms.prefix, role, model, agentId, from, to, after, limit: size };
        const matches = await propose(places, query, signal);
        for (let start = 0; start < matches.length; start += batchSize) {
          signal.throwIfAborted();
          const batch = matches.slice(start, start + batchSize);
          const hits = await read(userId, batch, terms, filter);
          for (const [position, match] of batch.entries()) {
            const hit = hits[position];
            if (hit !== undefined && items.length === limit) {
              return { items, nextCursor: after === undefined ? null : searchCursor.format(after), progress };
            }
            if (hit !== undefined) items.push(hit);
            after = match;
          }
        }
        if (matches.length < size) return { items, nextCursor: null, progress };
      }
      return { items, nextCursor: after === undefined ? null : searchCursor.format(after), progress };
    },
  };
}

function isWanted(conversation: FoundConversation, message: FoundMessage | undefined, filter: SearchFilter): boolean {
  const { model, agent, tag, projectId, archived } = filter;
  if (archived !== undefined && conversation.archived !== archived) return false;
  if (projectId !== undefined && conversation.projectId !== projectId) return false;
  if (tag !== undefined && conversation.tags?.includes(tag) !== true) return false;
  const by = message?.role === 'assistant' ? message : conversation;
  return (model === undefined || by.model === model) && (agent === undefined || by.agent?.id === agent);
}

const nothing: MarkedText = { text: '', marks: [] };

/** A hit, unless the text does not say what was looked for: words may stand elsewhere than the literals ask. */
function toHit(
  viewer: UserId,
  { conversationId, at, place }: PlacedMatch,
  conversation: FoundConversation,
  message: FoundMessage | undefined,
  { literals, marks }: SearchTerms,
): SearchHit | undefined {
  const text = message === undefined ? conversation.title : searchableText(message.parts);
  if (literals.length > 0) {
    const folded = foldText(text).replace(/\s+/g, ' ');
    if (!literals.every((literal) => hasLiteral(folded, literal))) return undefined;
  }
  const { shared } = place;
  const author = message?.role === 'user' ? (message.author ?? shared?.by) : undefined;
  return {
    conversationId,
    messageId: message === undefined ? null : message.id,
    role: message?.role ?? null,
    ...(author === undefined || author.id === viewer ? {} : { author }),
    ...(shared === undefined ? {} : { sharedBy: shared.by }),
    title: markTitle(conversation.title, message === undefined ? marks : []),
    snippet: message === undefined ? nothing : cutSnippet(text, marks),
    at: message === undefined ? conversation.updatedAt : at.toISOString(),
    model: message?.model ?? conversation.model,
    archived: shared === undefined && conversation.archived,
  };
}

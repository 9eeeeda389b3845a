import type { ConversationId, Person, UserId } from '@parley/contracts';
import type { SearchMatch } from './search-index.ts';

/** Conversations of one person in which somebody may look. */
export interface SearchPlace {
  readonly ownerId: UserId;
  /** Whose they are, where these are not one's own: then only the ones that are shared. */
  readonly shared?: { readonly by: Person; readonly ids: ReadonlySet<ConversationId> } | undefined;
}

/** A conversation of somebody else's that is shared with whoever asks. */
export interface SharedConversation {
  readonly conversationId: ConversationId;
  readonly ownerId: UserId;
  readonly ownerName: string;
}

/** One that was found, and where. */
export interface PlacedMatch extends SearchMatch {
  readonly place: SearchPlace;
}

/** The conversations that others share, a place for each of them. */
export function sharedPlaces(conversations: readonly SharedConversation[]): SearchPlace[] {
  const owners = Map.groupBy(conversations, ({ ownerId }) => ownerId);
  return [...owners].map(([ownerId, of]) => ({
    ownerId,
    shared: {
      by: { id: ownerId, name: of[0]?.ownerName ?? '' },
      ids: new Set(of.map(({ conversationId }) => conversationId)),
    },
  }));
}

/** The first `limit` of what was found in several places: better ranks first, then the newest. Each list stays in order. */
export function mergeMatches(lists: readonly (readonly PlacedMatch[])[], limit: number): PlacedMatch[] {
  const [only, ...others] = lists;
  if (only !== undefined && others.length === 0) return only.slice(0, limit);
  const next = lists.map(() => 0);
  const merged: PlacedMatch[] = [];
  while (merged.length < limit) {
    let best: { readonly list: number; readonly match: PlacedMatch } | undefined;
    for (const [list, matches] of lists.entries()) {
      const match = matches[next[list] ?? 0];
      if (match !== undefined && (best === undefined || isBefore(match, best.match))) best = { list, match };
    }
    if (best === undefined) break;
    merged.push(best.match);
    next[best.list] = (next[best.list] ?? 0) + 1;
  }
  return merged;
}

function isBefore(one: SearchMatch, other: SearchMatch): boolean {
  if (one.rank !== other.rank) return one.rank < other.rank;
  if (one.at.getTime() !== other.at.getTime()) return one.at > other.at;
  return one.id > other.id;
}

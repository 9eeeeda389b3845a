import { problem } from '@parley/contracts';
import type { Draft, DraftPlace, UserId } from '@parley/contracts';
import type { Actor } from '../access/actor.ts';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { DraftRepository } from '../database/repositories/draft-repository.ts';
import type { ConversationAccess } from '../participants/conversation-access.ts';
import type { Announcer } from '../realtime/announcer.ts';

/** Drafts a person may have; the oldest make room. */
const mostDrafts = 200;

/** Unsent prompts, the same on all devices of a person. */
export interface DraftService {
  /** The newest first. */
  list(userId: UserId): Promise<Draft[]>;
  /** Keeps a draft and tells the devices; an empty text removes it. Throws `conversation-not-found`. */
  save(actor: Actor, place: DraftPlace, text: string): Promise<Draft>;
}

interface DraftServiceOptions {
  readonly drafts: DraftRepository;
  readonly conversations: Pick<ConversationRepository, 'find'>;
  readonly participation: Pick<ConversationAccess, 'find'>;
  readonly announcer: Pick<Announcer, 'announce'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The last one to save wins; see `DraftRepository` for its time. */
export function createDraftService({
  drafts,
  conversations,
  participation,
  announcer,
  now,
}: DraftServiceOptions): DraftService {
  async function checkPlace(userId: UserId, place: DraftPlace): Promise<void> {
    if (place === 'new' || (await conversations.find(userId, place)) !== undefined) return;
    if ((await participation.find(place, userId)) !== undefined) return;
    throw problem('conversation-not-found');
  }

  async function keep(userId: UserId, place: DraftPlace, text: string): Promise<Draft> {
    const at = new Date(now());
    if (text === '') {
      await drafts.remove(userId, place);
      return { place, text, updatedAt: at.toISOString() };
    }
    const draft = await drafts.save(userId, place, text, at);
    try {
      await checkPlace(userId, place);
    } catch (error) {
      // The conversation was deleted at the same moment; nobody would remove the draft any more.
      await drafts.remove(userId, place);
      throw error;
    }
    await drafts.trim(userId, mostDrafts);
    return draft;
  }

  return {
    list: (userId) => drafts.list(userId, mostDrafts),

    async save({ userId, sessionId }, place, text) {
      await checkPlace(userId, place);
      const draft = await keep(userId, place, text);
      announcer.announce(userId, { type: 'draft-changed', draft, changedBy: sessionId });
      return draft;
    },
  };
}

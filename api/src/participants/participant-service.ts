import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { mostParticipants, problem, ProblemError } from '@parley/contracts';
import type { Conversation, ConversationId, Participant, UserId } from '@parley/contracts';
import type { Logger } from 'pino';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { GenerationRepository } from '../database/repositories/generation-repository.ts';
import { isStaying } from '../database/repositories/participant-repository.ts';
import type { ParticipantRecord, ParticipantRepository } from '../database/repositories/participant-repository.ts';
import type { UserRepository } from '../database/repositories/user-repository.ts';
import type { Announcer } from '../realtime/announcer.ts';
import { conversationFor } from './conversation-for.ts';
import type { Seat } from './seats.ts';

/** How often, and after how many milliseconds, an answer that cannot be stopped at the moment is tried again. */
const maxAttempts = 6;
const pause = 300;

/** Who takes part in conversations. All that is about one throws `conversation-not-found`. */
export interface ParticipantService {
  /** Its owner first. */
  list(seat: Seat, id: ConversationId): Promise<Participant[]>;
  /**
   * Lets somebody take part; harmless when they do. Throws `forbidden` where nobody may, and for a temporary chat,
   * `invalid-request` for its owner, `person-not-found`, `participants-full`.
   */
  invite(ownerId: UserId, id: ConversationId, userId: UserId): Promise<Participant[]>;
  /**
   * Ends somebody's part: from the first write on nothing of the conversation is theirs to see. What they asked and is
   * not answered yet is stopped or taken out. Harmless when they take no part. Throws `forbidden` when a guest names
   * another one, `invalid-request` for its owner.
   */
  remove(seat: Seat, id: ConversationId, userId: UserId): Promise<void>;
  /** What others share with somebody, newest first. */
  listShared(userId: UserId, page: SharedPage): Promise<Conversation[]>;
  /** Notes that a guest has seen the newest answer. */
  markRead(seat: Seat & { readonly guest: NonNullable<Seat['guest']> }, conversation: Conversation): Promise<void>;
}

interface SharedPage {
  readonly after: { readonly updatedAt: Date; readonly id: ConversationId } | undefined;
  readonly limit: number;
}

/** What belongs to it, for others to end. */
export interface ParticipantUpkeep {
  /** Ends everybody's part in a conversation that is being removed. */
  endAll(id: ConversationId): Promise<void>;
  /** Ends somebody's part in all conversations of others. Harmless twice. */
  removePerson(userId: UserId): Promise<void>;
  /** Completes joining and leaving that a process did not survive; what cannot be completed now is logged and stays. */
  finishPending(): Promise<void>;
}

interface ParticipantServiceOptions {
  readonly participants: ParticipantRepository;
  readonly conversations: Pick<ConversationRepository, 'find' | 'listNamed' | 'setParticipants'>;
  readonly generations: Pick<GenerationRepository, 'listUnended' | 'dequeueAsker'>;
  readonly users: Pick<UserRepository, 'find'>;
  /** Stops an answer as its conversation's owner. */
  readonly stop: (
    ownerId: UserId,
    id: Awaited<ReturnType<GenerationRepository['listUnended']>>[number]['id'],
  ) => Promise<void>;
  /** Ends what somebody has open of a conversation, everywhere. */
  readonly shut: (id: ConversationId, userId: UserId) => void;
  readonly announcer: Pick<Announcer, 'announce'>;
  readonly isOffered: boolean;
  readonly logger: Pick<Logger, 'error'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The `participants` collection says who may; what a conversation holds of it follows, and is for people to read. */
export function createParticipantService(options: ParticipantServiceOptions): ParticipantService & ParticipantUpkeep {
  const { participants, conversations, generations, users, stop, shut, announcer, isOffered, logger, now } = options;

  async function find(ownerId: UserId, id: ConversationId): Promise<Conversation> {
    const conversation = await conversations.find(ownerId, id);
    if (conversation === undefined) throw problem('conversation-not-found');
    return conversation;
  }

  async function staying(id: ConversationId): Promise<ParticipantRecord[]> {
    return (await participants.list(id)).filter(isStaying);
  }

  async function peopleOf(owner: Owner, id: ConversationId): Promise<Participant[]> {
    const others = (await staying(id)).map(({ userId, name }) => ({ id: userId, name, role: 'participant' as const }));
    return [{ ...owner, role: 'owner' }, ...others];
  }

  /** Writes down for people who takes part, and tells everybody. Of two at once, whoever writes last has looked last. */
  async function show(owner: Owner, id: ConversationId): Promise<Participant[]> {
    for (let all = await peopleOf(owner, id); ;) {
      const conversation = await conversations.setParticipants(owner.id, id, all.length === 1 ? undefined : all);
      if (conversation === undefined) return all;
      const seen = await peopleOf(owner, id);
      if (isDeepStrictEqual(seen, all)) {
        announcer.announce(owner.id, { type: 'conversation-changed', conversation });
        return all;
      }
      all = seen;
    }
  }

  async function stopSoon(ownerId: UserId, id: Parameters<typeof stop>[1]): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await stop(ownerId, id);
        return;
      } catch (error) {
        if (error instanceof ProblemError && error.code === 'generation-not-found') return;
        const isPassing = error instanceof ProblemError && error.code === 'not-ready';
        if (!isPassing || attempt === maxAttempts) throw error;
        await delay(pause);
      }
    }
  }

  /** Can be repeated from the beginning after a crash at any line. */
  async function finishLeaving({ conversationId: id, userId, ownerId, ownerName }: ParticipantRecord): Promise<void> {
    shut(id, userId);
    announcer.announce(userId, { type: 'conversation-removed', conversationId: id });
    await show({ id: ownerId, name: ownerName }, id);
    await generations.dequeueAsker(id, userId);
    for (const generation of await generations.listUnended(id)) {
      if (generation.askedBy?.id === userId) await stopSoon(ownerId, generation.id);
    }
    await participants.finishLeaving(id, userId);
  }

  async function leave(id: ConversationId, userId: UserId): Promise<void> {
    if (!(await participants.beginLeaving(id, userId))) return;
    const record = await participants.find(id, userId);
    if (record !== undefined) await finishLeaving(record);
  }

  /** Two invitations in one moment may be one too many: the later one gives way. */
  async function hasRoom(id: ConversationId, userId: UserId): Promise<boolean> {
    return (await staying(id)).findIndex((part) => part.userId === userId) < mostParticipants;
  }

  /** Takes an invitation back, which others may have written down meanwhile. */
  async function takeBack(owner: Owner, id: ConversationId, userId: UserId): Promise<void> {
    await participants.remove(id, userId);
    await show(owner, id);
  }

  return {
    async list({ ownerId }, id) {
      const { participants: all } = await find(ownerId, id);
      if (all !== undefined) return [...all];
      const owner = await users.find(ownerId);
      return [{ id: ownerId, name: owner?.name ?? '', role: 'owner' }];
    },

    async invite(ownerId, id, userId) {
      const { expiresAt } = await find(ownerId, id);
      if (!isOffered) throw problem('forbidden', { detail: 'Chats are not shared here.' });
      if (expiresAt !== undefined) throw problem('forbidden', { detail: 'Temporary chats cannot be shared.' });
      if (userId === ownerId) throw invalid('This chat is yours already.');
      const [owner, person] = await Promise.all([users.find(ownerId), users.find(userId)]);
      if (owner === undefined || person === undefined) throw problem('person-not-found');
      const known = await participants.find(id, userId);
      if (known?.pending === 'leaving') await finishLeaving(known);
      const shown = { id: ownerId, name: owner.name };
      const invitedAt = new Date(now());
      await participants.add({
        conversationId: id,
        userId,
        name: person.name,
        ownerId,
        ownerName: owner.name,
        invitedAt,
      });
      if (!(await hasRoom(id, userId))) {
        await takeBack(shown, id, userId);
        throw problem('participants-full');
      }
      // Looked up after they were stored: whoever deletes the chat or the account meanwhile sees one of the two.
      if ((await conversations.find(ownerId, id)) === undefined || (await users.find(userId)) === undefined) {
        await takeBack(shown, id, userId);
        throw problem('conversation-not-found');
      }
      const all = await show(shown, id);
      await participants.finishJoining(id, userId);
      return all;
    },

    async remove({ ownerId, guest }, id, userId) {
      await find(ownerId, id);
      if (guest !== undefined && guest.id !== userId)
        throw problem('forbidden', { detail: 'Only the owner of this chat may.' });
      if (userId === ownerId) throw invalid('The owner of a chat cannot leave it.');
      await leave(id, userId);
    },

    async listShared(userId, { after, limit }) {
      if (!isOffered) return [];
      const mine = (await participants.listOf(userId)).filter(isStaying);
      const parts = new Map(mine.map((part) => [part.conversationId, part]));
      const found = await conversations.listNamed([...parts.keys()], after, limit);
      return found.flatMap((conversation) => {
        const part = parts.get(conversation.id);
        return part === undefined ? [] : [conversationFor(part, conversation)];
      });
    },

    async markRead({ guest }, conversation) {
      if (!(await participants.markRead(conversation.id, guest.id))) return;
      const part = await participants.find(conversation.id, guest.id);
      if (part === undefined || !isStaying(part)) return;
      announcer.announce(guest.id, { type: 'conversation-changed', conversation: conversationFor(part, conversation) });
    },

    async endAll(id) {
      for (const { userId } of await participants.list(id)) {
        await participants.remove(id, userId);
        shut(id, userId);
        announcer.announce(userId, { type: 'conversation-removed', conversationId: id });
      }
    },

    async removePerson(userId) {
      for (;;) {
        const all = await participants.listOf(userId);
        if (all.length === 0) return;
        for (const { conversationId } of all) await leave(conversationId, userId);
      }
    },

    async finishPending() {
      for (const record of await participants.listPending()) {
        const { conversationId, userId, ownerId, ownerName, pending } = record;
        try {
          if (pending === 'leaving') await finishLeaving(record);
          else {
            await show({ id: ownerId, name: ownerName }, conversationId);
            await participants.finishJoining(conversationId, userId);
          }
        } catch (error) {
          logger.error({ err: error, conversationId }, 'Joining or leaving a chat could not be completed yet');
        }
      }
    },
  };
}

interface Owner {
  readonly id: UserId;
  readonly name: string;
}

function invalid(message: string): Error {
  return problem('invalid-request', { detail: message, issues: [{ path: 'params.userId', message }] });
}

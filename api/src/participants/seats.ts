import { problem, ProblemError } from '@parley/contracts';
import type {
  Conversation,
  ConversationId,
  GenerationId,
  Message,
  Person,
  ProblemCode,
  QueuedPrompt,
  Route,
  UserId,
} from '@parley/contracts';
import type { GenerationRepository } from '../database/repositories/generation-repository.ts';
import type { MessageRepository } from '../database/repositories/message-repository.ts';
import type { ParticipantRecord } from '../database/repositories/participant-repository.ts';
import { hideOthersInputs } from '../hide-inputs.ts';
import { hideModel } from '../hide-model.ts';
import type { ConversationAccess } from './conversation-access.ts';
import { conversationFor } from './conversation-for.ts';
import { queueFor } from './queue-for.ts';
import { routeRoles } from './route-roles.ts';

/** As whom somebody is in a conversation. */
export interface Seat {
  /** Whose conversation it is: everything that is stored of it is found under this id. */
  readonly ownerId: UserId;
  /** Who takes part, and is not its owner. */
  readonly guest?: Person;
}

/**
 * Who may come in at the edges. A route is tried as the owner first, which costs nothing; where nothing of the asker's is
 * found, it is looked up whether they take part, and tried as the owner's guest. To everybody else it is as if nothing
 * was there. Throws `forbidden` for a route that a participant may not use.
 */
export interface Seats {
  inConversation<T>(route: Route, userId: UserId, id: ConversationId, task: (seat: Seat) => Promise<T>): Promise<T>;
  inGeneration<T>(route: Route, userId: UserId, id: GenerationId, task: (seat: Seat) => Promise<T>): Promise<T>;
  /** A conversation as whoever sits there sees it. */
  show(seat: Seat, conversation: Conversation): Promise<Conversation>;
  /**
   * Messages of one conversation as whoever sits there sees them: in answers that others asked for, without what only
   * these may know; in those of an open blind comparison, without who wrote them.
   */
  showMessages(seat: Seat, messages: readonly Message[]): Promise<Message[]>;
  /** Whether an answer is one of an open blind comparison: nobody may know yet who wrote it. */
  isBlind(seat: Seat, answer: Pick<Message, 'id' | 'conversationId'>): Promise<boolean>;
  /** Waiting prompts as whoever sits there sees them. */
  showQueue(seat: Seat, queue: readonly QueuedPrompt[]): QueuedPrompt[];
}

interface SeatsOptions {
  readonly access: Pick<ConversationAccess, 'find'>;
  readonly generations: Pick<GenerationRepository, 'find'>;
  readonly messages: Pick<MessageRepository, 'blindAnswers'>;
}

/** How it is said that something is not there, or that an id is in use, to whom it does not belong. */
const notTheirs: ReadonlySet<ProblemCode> = new Set([
  'conversation-not-found',
  'message-not-found',
  'generation-not-found',
  'generation-id-taken',
]);

/** Tries it as the owner, then as somebody who takes part. */
async function seated<T>(
  route: Route,
  userId: UserId,
  task: (seat: Seat) => Promise<T>,
  findPart: () => Promise<ParticipantRecord | undefined>,
): Promise<T> {
  try {
    return await task({ ownerId: userId });
  } catch (error) {
    if (!(error instanceof ProblemError) || !notTheirs.has(error.code)) throw error;
    const part = await findPart();
    if (part === undefined) throw error;
    if (routeRoles[route.id] !== 'participant')
      throw problem('forbidden', { detail: 'Only the owner of this chat may.' });
    return await task({ ownerId: part.ownerId, guest: { id: part.userId, name: part.name } });
  }
}

export function createSeats({ access, generations, messages }: SeatsOptions): Seats {
  return {
    inConversation: (route, userId, id, task) => seated(route, userId, task, () => access.find(id, userId)),

    inGeneration: (route, userId, id, task) =>
      seated(route, userId, task, async () => {
        const generation = await generations.find(id);
        return generation === undefined ? undefined : await access.find(generation.conversationId, userId);
      }),

    async show({ guest }, conversation) {
      if (guest === undefined) return conversation;
      const part = await access.find(conversation.id, guest.id);
      if (part === undefined) throw problem('conversation-not-found');
      return conversationFor(part, conversation);
    },

    async showMessages({ ownerId, guest }, all) {
      const [first] = all;
      if (first === undefined) return [];
      const blind = await messages.blindAnswers(ownerId, first.conversationId);
      const viewer = guest?.id ?? ownerId;
      return all.map((message) => {
        const shown = blind.has(message.id) ? hideModel(message) : message;
        return hideOthersInputs(shown, ownerId, viewer);
      });
    },

    isBlind: async ({ ownerId }, { id, conversationId }) =>
      (await messages.blindAnswers(ownerId, conversationId)).has(id),

    showQueue: ({ ownerId, guest }, queue) => queueFor(guest?.id ?? ownerId, ownerId, queue),
  };
}

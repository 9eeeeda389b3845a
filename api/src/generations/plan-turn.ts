import { randomUUID } from 'node:crypto';
import { conversationIdSchema, problem } from '@parley/contracts';
import type {
  AnswerBody,
  Conversation,
  ConversationId,
  Message,
  MessageId,
  ProjectId,
  StartGenerationBody,
  UserId,
} from '@parley/contracts';
import type { TemporaryChatsConfig } from '../config/temporary-chats.ts';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { RunningGeneration } from '../database/repositories/generation-repository.ts';
import type { MessageRepository } from '../database/repositories/message-repository.ts';
import type { AskingDevice } from '../database/schemas/generation-document.ts';
import type { WorkspaceFiles } from '../files/workspace-files.ts';
import { checkQuotes } from './check-quotes.ts';
import { newAnswer, newGeneration } from './new-generation.ts';
import type { ProjectInstructions } from './project-instructions.ts';
import type { TurnSetups } from './turn-setup.ts';

/** Milliseconds to find out whether the model exists; a caller who leaves meanwhile has asked all the same. */
const resolveDeadline = 15_000;
const millisecondsOfHour = 3_600_000;

export interface TurnPlannerOptions {
  readonly conversations: Pick<ConversationRepository, 'find'>;
  readonly messages: Pick<MessageRepository, 'find'>;
  readonly setups: Pick<TurnSetups, 'pin'>;
  readonly files: Pick<WorkspaceFiles, 'check'>;
  readonly projects: Pick<ProjectInstructions, 'exists'>;
  readonly temporaryChats: TemporaryChatsConfig;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Checks what is asked for and makes a turn of it; nothing is written. Both throw what `GenerationService` says. */
export interface TurnPlanner {
  question(
    userId: UserId,
    conversation: ConversationId | 'new',
    body: StartGenerationBody,
    startedBy: AskingDevice | null,
  ): Promise<RunningGeneration>;
  /** `busy`: the answer to go on from has not been saved to its end. */
  answer(
    userId: UserId,
    conversation: ConversationId,
    body: AnswerBody,
    startedBy: AskingDevice | null,
  ): Promise<RunningGeneration | 'busy'>;
}

export function createTurnPlanner(options: TurnPlannerOptions): TurnPlanner {
  const { conversations, messages, setups, files, projects, temporaryChats, now } = options;

  async function findConversation(userId: UserId, id: ConversationId): Promise<Conversation> {
    const known = await conversations.find(userId, id);
    if (known === undefined) throw problem('conversation-not-found');
    return known;
  }

  async function findMessage(userId: UserId, conversation: ConversationId, id: MessageId): Promise<Message> {
    const message = await messages.find(userId, conversation, id);
    if (message === undefined) throw problem('message-not-found');
    return message;
  }

  async function checkPlace(
    userId: UserId,
    conversation: ConversationId | 'new',
    parentMessageId: MessageId | null,
  ): Promise<Conversation | undefined> {
    if (conversation === 'new') {
      if (parentMessageId !== null) throw problem('message-not-found');
      return undefined;
    }
    const known = await findConversation(userId, conversation);
    if (parentMessageId !== null) await findMessage(userId, conversation, parentMessageId);
    return known;
  }

  async function checkProject(userId: UserId, id: ProjectId): Promise<void> {
    if (!(await projects.exists(userId, id))) throw problem('project-not-found');
  }

  function expiryOf(createdAt: Date): Date {
    if (!temporaryChats.allowed) throw problem('forbidden', { detail: 'There are no temporary chats here.' });
    return new Date(createdAt.getTime() + temporaryChats.hours * millisecondsOfHour);
  }

  async function findContinued(
    userId: UserId,
    conversation: ConversationId,
    { userMessageId, continues }: AnswerBody,
  ): Promise<Message | undefined> {
    if (continues === undefined) return undefined;
    const continued = await findMessage(userId, conversation, continues);
    if (continued.role !== 'assistant' || continued.parentId !== userMessageId) throw problem('message-not-found');
    return continued;
  }

  return {
    async question(userId, conversation, body, startedBy) {
      const known = await checkPlace(userId, conversation, body.parentMessageId);
      await checkQuotes(messages, userId, known?.id, body.quotes ?? []);
      const createdAt = new Date(now());
      const startsConversation = known === undefined;
      const expiresAt = startsConversation && body.temporary === true ? expiryOf(createdAt) : undefined;
      if (startsConversation && body.projectId !== undefined) await checkProject(userId, body.projectId);
      const choice = { ...body, tools: body.tools ?? [] };
      const agent = await setups.pin(userId, choice, known?.agent, AbortSignal.timeout(resolveDeadline));
      return newGeneration(body, {
        userId,
        conversationId: known?.id ?? conversationIdSchema.parse(randomUUID()),
        startsConversation,
        startedBy,
        createdAt,
        agent,
        files: await files.check(userId, known?.id, body.files ?? []),
        expiresAt,
      });
    },

    async answer(userId, conversation, body, startedBy) {
      const known = await findConversation(userId, conversation);
      const question = await findMessage(userId, conversation, body.userMessageId);
      if (question.role !== 'user') throw problem('message-not-found');
      const continued = await findContinued(userId, conversation, body);
      if (continued?.status === 'running') return 'busy';
      const choice = { ...body, tools: body.tools ?? [] };
      const agent = await setups.pin(userId, choice, known.agent, AbortSignal.timeout(resolveDeadline));
      const place = { userId, conversationId: known.id, startedBy, createdAt: new Date(now()), agent };
      return newAnswer(body, place, { question, continued });
    },
  };
}

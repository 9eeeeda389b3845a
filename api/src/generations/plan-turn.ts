import { randomUUID } from 'node:crypto';
import { conversationIdSchema, problem } from '@parley/contracts';
import type {
  AgentRef,
  AnswerBody,
  ComparisonBody,
  Conversation,
  ConversationId,
  Message,
  MessageId,
  Person,
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
import { newAnswer, newComparison, newGeneration } from './new-generation.ts';
import type { ProjectInstructions } from './project-instructions.ts';
import { hashComparisonRequest } from './request-hash.ts';
import { shuffled } from './shuffled.ts';
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

/**
 * Checks what is asked for and makes a turn of it; nothing is written. `guest` asks in what is another one's, with their
 * own models, agents, tools and files. All throw what `GenerationService` says.
 */
export interface TurnPlanner {
  question(
    userId: UserId,
    conversation: ConversationId | 'new',
    body: StartGenerationBody,
    startedBy: AskingDevice | null,
    guest?: Person,
  ): Promise<RunningGeneration>;
  /** The turn of the first answer, which holds the conversation until all have ended. */
  comparison(
    userId: UserId,
    conversation: ConversationId | 'new',
    body: ComparisonBody,
    startedBy: AskingDevice | null,
    guest?: Person,
  ): Promise<RunningGeneration>;
  /** `busy`: the answer to go on from has not been saved to its end. */
  answer(
    userId: UserId,
    conversation: ConversationId,
    body: AnswerBody,
    startedBy: AskingDevice | null,
    guest?: Person,
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

  /** The version that answers, when an agent does: that which the conversation has used before, where it counts. */
  async function pin(
    asker: UserId,
    choice: Parameters<TurnSetups['pin']>[1],
    known: Conversation | undefined,
  ): Promise<AgentRef | undefined> {
    return await setups.pin(asker, choice, known?.agent, AbortSignal.timeout(resolveDeadline));
  }

  async function planQuestion(
    userId: UserId,
    conversation: ConversationId | 'new',
    body: StartGenerationBody,
    startedBy: AskingDevice | null,
    guest?: Person,
  ): Promise<RunningGeneration> {
    const known = await checkPlace(userId, conversation, body.parentMessageId);
    await checkQuotes(messages, userId, known?.id, body.quotes ?? []);
    const createdAt = new Date(now());
    const startsConversation = known === undefined;
    const expiresAt = startsConversation && body.temporary === true ? expiryOf(createdAt) : undefined;
    if (startsConversation && body.projectId !== undefined) await checkProject(userId, body.projectId);
    const choice = { ...body, tools: body.tools ?? [] };
    const asker = guest?.id ?? userId;
    const agent = await pin(asker, choice, guest === undefined ? known : undefined);
    return newGeneration(body, {
      userId,
      askedBy: guest,
      conversationId: known?.id ?? conversationIdSchema.parse(randomUUID()),
      startsConversation,
      startedBy,
      createdAt,
      agent,
      files: await files.check(asker, known?.id, body.files ?? []),
      expiresAt,
    });
  }

  return {
    question: planQuestion,

    async comparison(userId, conversation, { answers, blind, ...asked }, startedBy, guest) {
      const [first, ...others] = blind ? withDrawnAnswerers(answers) : answers;
      if (first === undefined) throw new Error('A comparison has answers.');
      const head = await planQuestion(userId, conversation, { ...asked, ...first }, startedBy, guest);
      const isOwners = conversation !== 'new' && guest === undefined;
      const known = isOwners ? await findConversation(userId, conversation) : undefined;
      const pinned = others.map(async (answer) => {
        const choice = { ...answer, tools: answer.tools ?? [] };
        return { ...answer, agent: await pin(guest?.id ?? userId, choice, known) };
      });
      const requestHash = hashComparisonRequest({ answers, blind, ...asked });
      const order = (ids: MessageId[]): MessageId[] => (blind ? shuffled(ids) : ids);
      return newComparison(head, await Promise.all(pinned), { blind, requestHash, order });
    },

    async answer(userId, conversation, body, startedBy, guest) {
      const known = await findConversation(userId, conversation);
      const question = await findMessage(userId, conversation, body.userMessageId);
      if (question.role !== 'user') throw problem('message-not-found');
      const continued = await findContinued(userId, conversation, body);
      if (continued?.status === 'running') return 'busy';
      const choice = { ...body, tools: body.tools ?? [] };
      const agent = await pin(guest?.id ?? userId, choice, guest === undefined ? known : undefined);
      const place = { userId, askedBy: guest, conversationId: known.id, startedBy, createdAt: new Date(now()), agent };
      return newAnswer(body, place, { question, continued });
    },
  };
}

/** Who asks has chosen the ids of the answers, and would know each of them by its id. */
function withDrawnAnswerers(answers: ComparisonBody['answers']): ComparisonBody['answers'] {
  const ids = answers.map(({ generationId }) => generationId);
  const drawn = shuffled(answers);
  return ids.flatMap((generationId, index) => {
    const answerer = drawn[index];
    return answerer === undefined ? [] : [{ ...answerer, generationId }];
  });
}

import { randomUUID } from 'node:crypto';
import { messageIdSchema, messageText } from '@parley/contracts';
import type {
  AgentRef,
  AnswerBody,
  ConversationId,
  FileRef,
  GenerationId,
  Message,
  MessageId,
  Person,
  StartGenerationBody,
  UserId,
} from '@parley/contracts';
import type { GenerationRecord, RunningGeneration } from '../database/repositories/generation-repository.ts';
import type {
  AnswerAgain,
  AskingDevice,
  LanePlan,
  QueuedPromptDocument,
} from '../database/schemas/generation-document.ts';
import { firstStepAfter } from './continued-answer.ts';
import { keptSettings } from './kept-settings.ts';
import { hashAnswerRequest, hashRequest } from './request-hash.ts';

interface TurnPlace {
  readonly userId: UserId;
  /** Who asks, where that is not the owner. */
  readonly askedBy?: Person | undefined;
  readonly conversationId: ConversationId;
  readonly startedBy: AskingDevice | null;
  readonly createdAt: Date;
  /** The version that answers, when an agent does. */
  readonly agent?: AgentRef | undefined;
}

/** One answer of a comparison beside the first. */
export interface OtherAnswerer extends Omit<AnswerBody, 'userMessageId' | 'guidance' | 'continues'> {
  /** The version that answers, when an agent does. */
  readonly agent?: AgentRef | undefined;
}

interface QuestionPlace extends TurnPlace {
  readonly startsConversation: boolean;
  /** What comes along with the prompt; those that `files` of the request names. */
  readonly files?: readonly FileRef[];
  /** When the conversation it starts is deleted, if that is a temporary one. */
  readonly expiresAt?: Date | undefined;
}

/** What another answer answers, and what it goes on from. */
interface AnsweredAgain {
  readonly question: Message;
  readonly continued: Message | undefined;
}

/** A turn that was asked for, before anything is stored of it. */
export function newGeneration(
  body: StartGenerationBody,
  { files = [], expiresAt, ...place }: QuestionPlace,
): RunningGeneration {
  const { parentMessageId, text, quotes = [], projectId } = body;
  return {
    ...turnOf(body, place),
    startsConversation: place.startsConversation,
    parentMessageId,
    userMessageId: newMessageId(),
    requestHash: hashRequest(body),
    prompt: text,
    ...(files.length === 0 ? {} : { files }),
    ...(quotes.length === 0 ? {} : { quotes }),
    ...(place.startsConversation && projectId !== undefined ? { projectId } : {}),
    ...(place.startsConversation && expiresAt !== undefined ? { expiresAt } : {}),
  };
}

/** The turn of another answer to a prompt, before anything is stored of it. */
export function newAnswer(
  body: AnswerBody,
  place: TurnPlace,
  { question, continued }: AnsweredAgain,
): RunningGeneration {
  const again: AnswerAgain = {
    ...(body.guidance === undefined ? {} : { guidance: body.guidance }),
    ...(continued === undefined
      ? {}
      : { continues: { messageId: continued.id, firstStep: firstStepAfter(continued.parts) } }),
  };
  return {
    ...turnOf(body, place),
    startsConversation: false,
    parentMessageId: question.parentId,
    userMessageId: question.id,
    requestHash: hashAnswerRequest(body),
    prompt: messageText(question),
    again,
  };
}

/** A first turn that holds its conversation until the answers of others have ended, too; `order` is that of their columns. */
export function newComparison(
  first: RunningGeneration,
  others: readonly OtherAnswerer[],
  { blind, requestHash, order }: { blind: boolean; requestHash: string; order: (ids: MessageId[]) => MessageId[] },
): RunningGeneration {
  const lanes = others.map(({ generationId, endpoint, model, tools = [], agent, settings, spec }) => {
    const kept = keptSettings(settings);
    return {
      generationId,
      responseMessageId: newMessageId(),
      endpoint,
      model,
      tools,
      ...(agent === undefined ? {} : { agent }),
      ...(kept === undefined ? {} : { settings: kept }),
      ...(spec === undefined ? {} : { spec }),
    };
  });
  const answers = [first.responseMessageId, ...lanes.map(({ responseMessageId }) => responseMessageId)];
  return { ...first, requestHash, lanes, holds: 'opening', comparison: { blind, answers: order(answers) } };
}

/** The turn of a lane, whose prompt the generation that holds it has stored. */
export function laneOf(
  holder: GenerationRecord,
  { generationId: id, ...plan }: LanePlan,
  number: number,
): RunningGeneration {
  const { userId, askedBy, conversationId, startedBy, parentMessageId, userMessageId, requestHash, createdAt } = holder;
  return {
    id,
    userId,
    ...(askedBy === undefined ? {} : { askedBy }),
    conversationId,
    startedBy,
    // Siblings are in the order of their times.
    createdAt: new Date(createdAt.getTime() + number),
    startsConversation: false,
    parentMessageId,
    userMessageId,
    requestHash,
    ...plan,
    ...newlyBegun(),
    prompt: '',
    again: {},
    lane: { of: holder.id, number },
  };
}

/** The turn of a prompt that waited behind `ended`; those that waited with it wait behind this one now. */
export function successorOf(ended: GenerationRecord, prompt: QueuedPromptDocument, createdAt: Date): RunningGeneration {
  const { userId, conversationId, responseMessageId, keeps = responseMessageId } = ended;
  const { tools, files = [], quotes, agent, queuedBy: startedBy, askedBy, ...asked } = prompt;
  const place = { userId, askedBy, conversationId, startsConversation: false, startedBy, createdAt, agent, files };
  const chosen = {
    files: files.map(({ id }) => id),
    ...(tools === undefined ? {} : { tools: [...tools] }),
    ...(quotes === undefined ? {} : { quotes: [...quotes] }),
  };
  const body = { ...asked, ...chosen };
  return {
    ...newGeneration({ ...body, parentMessageId: keeps }, place),
    queue: ended.queue.filter(({ generationId }) => generationId !== prompt.generationId),
    continues: ended.id,
  };
}

/** What a turn has that was asked for in whatever way. */
function turnOf(
  body: Omit<AnswerBody, 'userMessageId'> & { readonly generationId: GenerationId },
  { userId, askedBy, conversationId, startedBy, createdAt, agent }: TurnPlace,
) {
  const { generationId, endpoint, model, tools = [], spec } = body;
  const settings = keptSettings(body.settings);
  return {
    id: generationId,
    userId,
    ...(askedBy === undefined ? {} : { askedBy }),
    conversationId,
    startedBy,
    createdAt,
    responseMessageId: newMessageId(),
    endpoint,
    model,
    tools,
    ...(agent === undefined ? {} : { agent }),
    ...(settings === undefined ? {} : { settings }),
    ...(spec === undefined ? {} : { spec }),
    ...newlyBegun(),
  };
}

function newlyBegun() {
  return { status: 'running' as const, epoch: 0, interruptions: 0, workedMs: 0, queue: [], commands: [] };
}

function newMessageId(): MessageId {
  return messageIdSchema.parse(randomUUID());
}

import { randomUUID } from 'node:crypto';
import { messageIdSchema } from '@parley/contracts';
import type { AgentRef, ConversationId, FileRef, StartGenerationBody, UserId } from '@parley/contracts';
import type { GenerationRecord, RunningGeneration } from '../database/repositories/generation-repository.ts';
import type { AskingDevice, QueuedPromptDocument } from '../database/schemas/generation-document.ts';
import { hashRequest } from './request-hash.ts';

interface TurnPlace {
  readonly userId: UserId;
  readonly conversationId: ConversationId;
  readonly startsConversation: boolean;
  readonly startedBy: AskingDevice | null;
  readonly createdAt: Date;
  /** The version that answers, when an agent does. */
  readonly agent?: AgentRef | undefined;
  /** What comes along with the prompt; those that `files` of the request names. */
  readonly files?: readonly FileRef[];
}

/** A turn that was asked for, before anything is stored of it. */
export function newGeneration(
  body: StartGenerationBody,
  { agent, files = [], ...place }: TurnPlace,
): RunningGeneration {
  return {
    id: body.generationId,
    ...place,
    parentMessageId: body.parentMessageId,
    userMessageId: messageIdSchema.parse(randomUUID()),
    responseMessageId: messageIdSchema.parse(randomUUID()),
    endpoint: body.endpoint,
    model: body.model,
    tools: body.tools ?? [],
    ...(agent === undefined ? {} : { agent }),
    requestHash: hashRequest(body),
    prompt: body.text,
    ...(files.length === 0 ? {} : { files }),
    status: 'running',
    epoch: 0,
    interruptions: 0,
    workedMs: 0,
    queue: [],
    commands: [],
  };
}

/** The turn of a prompt that waited behind `ended`; those that waited with it wait behind this one now. */
export function successorOf(ended: GenerationRecord, prompt: QueuedPromptDocument, createdAt: Date): RunningGeneration {
  const { userId, conversationId, responseMessageId } = ended;
  const { tools, files = [], agent, queuedBy: startedBy, ...asked } = prompt;
  const place = { userId, conversationId, startsConversation: false, startedBy, createdAt, agent, files };
  const chosen = { files: files.map(({ id }) => id), ...(tools === undefined ? {} : { tools: [...tools] }) };
  const body = { ...asked, ...chosen };
  return {
    ...newGeneration({ ...body, parentMessageId: responseMessageId }, place),
    queue: ended.queue.filter(({ generationId }) => generationId !== prompt.generationId),
    continues: ended.id,
  };
}

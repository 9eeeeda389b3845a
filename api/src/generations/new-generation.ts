import { randomUUID } from 'node:crypto';
import { messageIdSchema } from '@parley/contracts';
import type { AgentRef, ConversationId, StartGenerationBody, UserId } from '@parley/contracts';
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
}

/** A turn that was asked for, before anything is stored of it. */
export function newGeneration(body: StartGenerationBody, { agent, ...place }: TurnPlace): RunningGeneration {
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
  const { tools, agent, ...asked } = prompt;
  const place = { userId, conversationId, startsConversation: false, startedBy: prompt.queuedBy, createdAt, agent };
  const body = { ...asked, ...(tools === undefined ? {} : { tools: [...tools] }) };
  return {
    ...newGeneration({ ...body, parentMessageId: responseMessageId }, place),
    queue: ended.queue.filter(({ generationId }) => generationId !== prompt.generationId),
    continues: ended.id,
  };
}

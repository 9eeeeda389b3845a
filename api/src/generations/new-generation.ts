import { randomUUID } from 'node:crypto';
import { messageIdSchema } from '@parley/contracts';
import type { ConversationId, StartGenerationBody, UserId } from '@parley/contracts';
import type { GenerationRecord, RunningGeneration } from '../database/repositories/generation-repository.ts';
import type { AskingDevice, QueuedPromptDocument } from '../database/schemas/generation-document.ts';
import { hashRequest } from './request-hash.ts';

interface TurnPlace {
  readonly userId: UserId;
  readonly conversationId: ConversationId;
  readonly startsConversation: boolean;
  readonly startedBy: AskingDevice | null;
  readonly createdAt: Date;
}

/** A turn that was asked for, before anything is stored of it. */
export function newGeneration(body: StartGenerationBody, place: TurnPlace): RunningGeneration {
  return {
    id: body.generationId,
    ...place,
    parentMessageId: body.parentMessageId,
    userMessageId: messageIdSchema.parse(randomUUID()),
    responseMessageId: messageIdSchema.parse(randomUUID()),
    endpoint: body.endpoint,
    model: body.model,
    requestHash: hashRequest(body),
    prompt: body.text,
    status: 'running',
    epoch: 0,
    interruptions: 0,
    queue: [],
    commands: [],
  };
}

/** The turn of a prompt that waited behind `ended`; those that waited with it wait behind this one now. */
export function successorOf(ended: GenerationRecord, prompt: QueuedPromptDocument, createdAt: Date): RunningGeneration {
  const { userId, conversationId, responseMessageId } = ended;
  const place = { userId, conversationId, startsConversation: false, startedBy: prompt.queuedBy, createdAt };
  return {
    ...newGeneration({ ...prompt, parentMessageId: responseMessageId }, place),
    queue: ended.queue.filter(({ generationId }) => generationId !== prompt.generationId),
    continues: ended.id,
  };
}

import { startProgress } from '@parley/contracts';
import type { Message, RunningMessage } from '@parley/contracts';
import type { GenerationRecord, RunningGeneration } from '../database/repositories/generation-repository.ts';
import { startOffset } from '@parley/stream-log';

/** The message that asked. */
export function promptMessage(generation: RunningGeneration): Message {
  return {
    id: generation.userMessageId,
    conversationId: generation.conversationId,
    parentId: generation.parentMessageId,
    role: 'user',
    status: 'done',
    parts: [
      ...(generation.files ?? []).map((file) => ({ type: 'file', file }) as const),
      { type: 'text', step: 0, text: generation.prompt },
    ],
    createdAt: generation.createdAt.toISOString(),
  };
}

/** The answer before its first event. */
export function emptyAnswer(generation: GenerationRecord): RunningMessage {
  return {
    id: generation.responseMessageId,
    conversationId: generation.conversationId,
    parentId: generation.userMessageId,
    role: 'assistant',
    status: 'running',
    parts: [],
    createdAt: generation.createdAt.toISOString(),
    generationId: generation.id,
    endpoint: generation.endpoint,
    model: generation.model,
    ...(generation.agent === undefined ? {} : { agent: generation.agent }),
    progress: startProgress(startOffset),
  };
}

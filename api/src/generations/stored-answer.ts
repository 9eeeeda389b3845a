import { startProgress } from '@parley/contracts';
import type { Message, MessagePart, NewEvent, RunningMessage } from '@parley/contracts';
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
      ...(generation.quotes ?? []).map((quote) => ({ type: 'quote', ...quote }) as const),
      { type: 'text', step: 0, text: generation.prompt },
    ],
    createdAt: generation.createdAt.toISOString(),
    ...(generation.askedBy === undefined ? {} : { author: generation.askedBy }),
    ...(generation.comparison === undefined ? {} : { comparison: generation.comparison }),
  };
}

/** The answer before its first event; `parts` are those of the answer it goes on from. */
export function emptyAnswer(generation: GenerationRecord, parts: readonly MessagePart[] = []): RunningMessage {
  const { guidance, continues } = generation.again ?? {};
  return {
    id: generation.responseMessageId,
    conversationId: generation.conversationId,
    parentId: generation.userMessageId,
    role: 'assistant',
    status: 'running',
    parts: [...parts],
    createdAt: generation.createdAt.toISOString(),
    generationId: generation.id,
    endpoint: generation.endpoint,
    model: generation.model,
    ...(generation.agent === undefined ? {} : { agent: generation.agent }),
    ...(generation.askedBy === undefined ? {} : { author: generation.askedBy }),
    ...(guidance === undefined ? {} : { guidance }),
    ...(continues === undefined ? {} : { continues: continues.messageId }),
    progress: { ...startProgress(startOffset), step: lastStepBefore(generation) },
  };
}

/** What the log of an answer begins with, so that its readers need nothing else. */
export function firstEvents(generation: GenerationRecord, { parts, id }: Message, at: Date): NewEvent[] {
  const started = {
    type: 'generation-started',
    step: 0,
    generationId: generation.id,
    messageId: id,
    at: at.toISOString(),
  } as const;
  if (firstStepOf(generation) === 0) return [started];
  const step = lastStepBefore(generation);
  return [started, { type: 'snapshot', step, attempt: 1, parts }, { type: 'step-finished', step }];
}

/** The first step that an answer takes itself; those before are of the answer it goes on from. */
export function firstStepOf({ again }: Pick<GenerationRecord, 'again'>): number {
  return again?.continues?.firstStep ?? 0;
}

function lastStepBefore(generation: GenerationRecord): number {
  return Math.max(0, firstStepOf(generation) - 1);
}

import { randomUUID } from 'node:crypto';
import type { Call, CallTraits } from './call.ts';
import type { ModelRequest, Part, Turn } from './model-request.ts';

export interface LibraryCallOptions {
  readonly request: ModelRequest;
  /** Monotonic milliseconds. */
  readonly now: number;
  readonly startDeadlineMs: number;
  readonly totalDeadlineMs: number;
}

/** The call of a caller in the same process: it gets model events, never bytes, and bears a new start. */
export function createLibraryCall({ request, now, startDeadlineMs, totalDeadlineMs }: LibraryCallOptions): Call {
  return {
    id: randomUUID(),
    model: request.model,
    isStream: true,
    toRequest: () => request,
    traits: () => traitsOf(request),
    scope: { caller: '' },
    trail: { attempts: [], dropped: new Set(), reasons: [] },
    startBy: now + Math.min(startDeadlineMs, totalDeadlineMs),
    deadline: now + totalDeadlineMs,
    bears: { restart: true, secondReasoning: true },
    ...(request.idempotencyKey === undefined ? {} : { idempotencyKey: request.idempotencyKey }),
  };
}

function traitsOf({ turns, instructions, tools, output, sampling }: ModelRequest): CallTraits {
  const parts = turns.flatMap((turn): readonly Part[] =>
    turn.role === 'tool' ? (turn.attachments ?? []) : turn.parts,
  );
  const characters = [...instructions, ...turns.map(lengthText)].reduce((sum, text) => sum + text.length, 0);
  const limit = sampling.maxOutputTokens;
  return {
    hasImages: parts.some(({ type }) => type === 'image'),
    hasAudio: parts.some(({ type }) => type === 'audio'),
    toolCount: tools.length,
    wantsSchema: output?.type === 'schema',
    approximateTokens: Math.ceil((characters + (tools.length === 0 ? 0 : JSON.stringify(tools).length)) / 4),
    ...(limit === undefined ? {} : { maxOutputTokens: limit }),
  };
}

function lengthText(turn: Turn): string {
  if (turn.role === 'tool') return turn.output;
  return turn.parts.map((part) => ('text' in part ? part.text : part.type === 'tool-call' ? part.input : '')).join('');
}

import { createHash } from 'node:crypto';
import { problem } from '@parley/contracts';
import type { GenerationEvent, InputAnswer, InputRequest, MessagePart, ToolCallPart } from '@parley/contracts';
import { StreamLogError } from '@parley/stream-log';
import type { Producer } from '@parley/stream-log';
import type { AuditLog } from '../audit/audit-log.ts';
import type { GenerationRecord } from '../database/repositories/generation-repository.ts';
import type { AcceptedCommand, AskingDevice } from '../database/schemas/generation-document.ts';
import { askerOf } from './asker-of.ts';
import { faultsOf } from './calls/check-input.ts';
import type { InputCommand } from './generation-commands.ts';
import { commandProducer } from './generation-log.ts';
import type { GenerationStore } from './generation-store.ts';
import { isAnswerTo } from './open-inputs.ts';
import { hashInput } from './request-hash.ts';
import type { RestoredAnswer } from './restore-answer.ts';

/** Takes what people answer to what calls ask. */
interface InputTaker {
  /** See `GenerationCommands`. When it resolves, the answer is in the log and the decision is noted. */
  give(generation: GenerationRecord, command: InputCommand, device: AskingDevice | null): Promise<void>;
}

interface InputTakerOptions {
  readonly store: Pick<GenerationStore, 'restore'>;
  readonly audit: Pick<AuditLog, 'note'>;
  readonly note: (generation: GenerationRecord, command: AcceptedCommand) => Promise<void>;
  readonly append: (generation: GenerationRecord, producer: Producer, event: GenerationEvent) => Promise<boolean>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The log says who was first; only that answer is noted as a decision. */
export function createInputTaker({ store, audit, note, append, now }: InputTakerOptions): InputTaker {
  async function restore(generation: GenerationRecord): Promise<RestoredAnswer> {
    try {
      return await store.restore(generation);
    } catch (error) {
      if (!(error instanceof StreamLogError) || (error.code !== 'missing' && error.code !== 'gone')) throw error;
      if (generation.status !== 'running') throw problem('input-not-awaited', { cause: error });
      throw problem('not-ready', { retryAfterSeconds: 1, cause: error });
    }
  }

  async function add(
    generation: GenerationRecord,
    command: InputCommand,
    { inputs }: RestoredAnswer,
  ): Promise<RestoredAnswer> {
    const request = inputs.request(command.callId);
    if (request === undefined || generation.status !== 'running') throw problem('input-not-awaited');
    checkAnswer(request, command.answer);
    await note(generation, accepted(command));
    const at = new Date(now()).toISOString();
    const isIn = await append(generation, commandProducer(command.commandId), { type: 'input-given', ...command, at });
    if (!isIn) throw problem('input-not-awaited');
    const after = await restore(generation);
    if (!after.inputs.wasFirst(command.commandId)) throw problem('input-not-awaited');
    return after;
  }

  return {
    async give(generation, command, device) {
      const { commandId, callId, answer } = command;
      const known = generation.commands.find(({ id }) => id === commandId);
      if (known !== undefined && known.hash !== accepted(command).hash) throw problem('command-id-taken');
      const before = await restore(generation);
      const restored = before.inputs.wasFirst(commandId) ? before : await add(generation, command, before);
      if (answer.kind !== 'approve' && answer.kind !== 'deny') return;
      const call = findCall(restored.message.parts, callId);
      await audit.note({
        id: `input:${commandId}`,
        actor: askerOf(generation),
        action: answer.kind === 'approve' ? 'tool-approved' : 'tool-denied',
        subject: call?.name ?? callId,
        details: detailsOf(generation, call, answer, device),
      });
    },
  };
}

function accepted({ commandId, callId, answer }: InputCommand): AcceptedCommand {
  return { id: commandId, hash: hashInput(callId, answer), length: JSON.stringify(answer).length };
}

/** Throws `invalid-request` for an answer that does not fit what is asked. */
function checkAnswer(request: InputRequest, answer: InputAnswer): void {
  if (!isAnswerTo(request, answer)) throw invalid('body.answer.kind', 'This is not what was asked for.');
  if (request.kind === 'approval' && answer.kind === 'approve' && !request.scopes.includes(answer.scope)) {
    throw invalid('body.answer.scope', 'This cannot be allowed for so long.');
  }
  if (request.kind === 'form' && answer.kind === 'accept') checkForm(request.schema, answer.content ?? '{}');
}

function checkForm(schema: string, content: string): void {
  const inputSchema: unknown = JSON.parse(schema);
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw invalid('body.answer.content', 'This is not valid JSON.', error);
  }
  if (typeof inputSchema !== 'object' || inputSchema === null) return;
  const [fault] = faultsOf(value, { inputSchema: { ...inputSchema } });
  if (fault !== undefined) throw invalid('body.answer.content', fault);
}

function invalid(path: string, message: string, cause?: unknown): Error {
  return problem('invalid-request', { detail: message, issues: [{ path, message }], cause });
}

function findCall(parts: readonly MessagePart[], callId: string): ToolCallPart | undefined {
  for (const part of parts) {
    if (part.type !== 'tool-call') continue;
    if (part.callId === callId) return part;
    const inside = part.run === undefined ? undefined : findCall(part.run.parts, callId);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

function detailsOf(
  { id, conversationId }: GenerationRecord,
  call: ToolCallPart | undefined,
  answer: Extract<InputAnswer, { kind: 'approve' | 'deny' }>,
  device: AskingDevice | null,
): Record<string, string> {
  const edited = answer.kind === 'approve' ? answer.input : undefined;
  const input = edited ?? call?.input ?? '';
  return {
    conversation: conversationId,
    generation: id,
    call: call?.callId ?? '',
    arguments: createHash('sha256').update(input).digest('hex'),
    ...(call?.source === undefined ? {} : { source: call.source.title }),
    ...(answer.kind === 'approve' ? { scope: answer.scope, edited: edited === undefined ? 'no' : 'yes' } : {}),
    ...(device === null ? {} : { device: device.name }),
  };
}

import type { AnswerTrace, StepTrace } from '../entities/answer-trace.ts';
import type { Message, MessageProgress } from '../entities/message.ts';
import type { MessagePart, NestedRun, ToolCallPart } from '../entities/message-part.ts';
import type { Usage } from '../entities/usage.ts';
import type { GenerationEvent, NewEvent, ProducerEvent } from './generation-event.ts';

/** An answer while it is being written. */
export type RunningMessage = Message & { progress: MessageProgress };

/** What an answer is before its first event. `offset` is where its log begins. */
export function startProgress(offset: string): MessageProgress {
  return { events: 0, offset, attempt: 1, step: 0 };
}

/** Whether events between what `message` holds and `event` are missing; the reader must then read again from `progress.offset`. */
export function isGap(message: RunningMessage, event: GenerationEvent): boolean {
  return 'n' in event && event.n > message.progress.events && event.type !== 'snapshot';
}

/**
 * The message after one more event. Pure and total: an event that was folded before, one that comes too early
 * (see `isGap`) and one of an unknown type leave the message as it is; a snapshot never comes too early. Both server and
 * client build messages with this function alone. `progress.offset` is not touched: offsets belong to whoever reads the
 * log.
 */
export function foldMessage(message: RunningMessage, event: GenerationEvent): RunningMessage {
  if (!('n' in event) || event.n < message.progress.events || isGap(message, event)) return message;
  const isNested = event.within !== undefined && event.within.length > 0;
  const step = isNested ? message.progress.step : event.step;
  const counted = { ...message, progress: { ...message.progress, events: event.n + 1, step } };
  if (!isNested) return applyEvent(counted, event);
  return { ...counted, parts: foldParts(counted.parts, event) };
}

/** What an event changes in the parts of an answer, as `foldMessage` does it. */
export function foldParts(parts: readonly MessagePart[], event: NewEvent): MessagePart[] {
  return foldWithin(parts, event.within ?? [], event);
}

function applyEvent(message: RunningMessage, event: ProducerEvent): RunningMessage {
  switch (event.type) {
    case 'usage':
      return { ...message, usage: event.step === 0 ? event.usage : addUsage(message.usage, event.usage) };
    case 'step-restarted': {
      const parts = foldPart(message.parts, event);
      return { ...message, parts, progress: { ...message.progress, attempt: event.attempt } };
    }
    case 'step-started':
      return { ...message, progress: { ...message.progress, attempt: 1 } };
    case 'snapshot': {
      const { usage: _usage, trace: _trace, ...rest } = message;
      const { parts, usage, trace, attempt } = event;
      const held = { ...(usage === undefined ? {} : { usage }), ...(trace === undefined ? {} : { trace }) };
      return { ...rest, parts, progress: { ...message.progress, attempt }, ...held };
    }
    case 'notice': {
      const notices = message.notices ?? [];
      return notices.includes(event.text) ? message : { ...message, notices: [...notices, event.text] };
    }
    case 'generation-finished': {
      const parts = event.error ? [...message.parts, event.error] : message.parts;
      return { ...message, parts, status: event.status, finishReason: event.finishReason };
    }
    case 'step-finished':
      return event.trace === undefined ? message : { ...message, trace: withStep(message.trace, event.trace) };
    case 'generation-started':
    case 'title':
      return message;
    default:
      return { ...message, parts: foldPart(message.parts, event) };
  }
}

function withStep(held: AnswerTrace = [], trace: StepTrace): AnswerTrace {
  const others = held.filter(({ step }) => step !== trace.step);
  return [...others, trace].toSorted((a, b) => a.step - b.step);
}

/** What one event changes in the parts of an answer or of a sub-agent's run. */
function foldPart(parts: readonly MessagePart[], event: NewEvent): MessagePart[] {
  switch (event.type) {
    case 'text-delta':
    case 'reasoning-delta': {
      const type = event.type === 'text-delta' ? 'text' : 'reasoning';
      const held = parts[event.part];
      const text = held?.type === type ? held.text.slice(0, event.start) + event.text : event.text;
      return withPart(parts, event.part, { type, step: event.step, text });
    }
    case 'tool-input-delta': {
      const held = parts[event.part];
      const input = held?.type === 'tool-call' ? held.input.slice(0, event.start) + event.text : event.text;
      const { step, callId, name } = event;
      return withPart(parts, event.part, { type: 'tool-call', step, callId, name, input, state: 'writing-input' });
    }
    case 'tool-call': {
      const { step, callId, name, input, title, source } = event;
      return withPart(parts, event.part, {
        type: 'tool-call',
        step,
        callId,
        name,
        ...(title === undefined ? {} : { title }),
        ...(source === undefined ? {} : { source }),
        input,
        state: 'called',
      });
    }
    case 'source': {
      const { step, id, title, url, excerpt } = event;
      const source = { type: 'source', step, id, title, url, ...(excerpt === undefined ? {} : { excerpt }) } as const;
      return withPart(parts, event.part, source);
    }
    case 'steer-received': {
      const { step, commandId, text } = event;
      return withPart(parts, event.part, { type: 'steer', step, commandId, text });
    }
    case 'handed-off':
      return withPart(parts, event.part, { type: 'hand-off', step: event.step, agent: event.agent });
    case 'step-restarted':
      return parts.filter((part) => !isWrittenIn(part, event.step));
    case 'tool-started':
    case 'tool-progress':
    case 'tool-result':
    case 'input-requested':
    case 'input-received':
    case 'sub-agent-started':
      return withCall(parts, event.callId, (call) => foldCall(call, event));
    case 'usage':
    case 'step-started':
    case 'step-finished':
    case 'snapshot':
    case 'notice':
    case 'title':
    case 'generation-started':
    case 'generation-finished':
      return [...parts];
    default:
      return unknownEvent(parts, event);
  }
}

type CallEvent = Extract<
  NewEvent,
  {
    type: 'tool-started' | 'tool-progress' | 'tool-result' | 'input-requested' | 'input-received' | 'sub-agent-started';
  }
>;

function foldCall(call: ToolCallPart, event: CallEvent): ToolCallPart {
  switch (event.type) {
    case 'tool-started': {
      const { printed: _printed, ...rest } = call;
      return { ...rest, state: 'running', started: true };
    }
    case 'tool-progress': {
      const { progress, total, message, printed } = event;
      const said = { ...(total === undefined ? {} : { total }), ...(message === undefined ? {} : { message }) };
      const text = printed === undefined ? call.printed : (call.printed ?? '').slice(0, printed.start) + printed.text;
      return { ...call, progress: { progress, ...said }, ...(text === undefined ? {} : { printed: text }) };
    }
    case 'tool-result': {
      const { progress: _progress, printed: _printed, ...rest } = call;
      const { output, failed, denied, stored, attachments, execution } = event;
      const kept = {
        ...(stored === undefined ? {} : { stored }),
        ...(attachments === undefined ? {} : { attachments }),
        ...(execution === undefined ? {} : { execution }),
      };
      return { ...rest, output, state: denied === true ? 'denied' : failed ? 'failed' : 'done', ...kept };
    }
    case 'input-requested': {
      const { answer: _answer, approval, ...rest } = call;
      const kept = approval === undefined || event.request.kind === 'approval' ? {} : { approval };
      return { ...rest, ...kept, state: 'waiting', request: event.request };
    }
    case 'input-received': {
      const { answer } = event;
      const approval = answer.kind === 'approve' ? { approval: { ...answer, ...digestOf(call) } } : {};
      return { ...call, state: call.started === true ? 'running' : 'called', answer, ...approval };
    }
    case 'sub-agent-started': {
      const progress = { step: 0, attempt: 1, isBegun: false, isUsageHeld: false };
      return call.run === undefined ? { ...call, run: { agent: event.agent, parts: [], progress } } : call;
    }
    default:
      return unknownCallEvent(call, event);
  }
}

/** What a tool was when a person was asked about it. */
function digestOf({ request }: ToolCallPart): { digest?: string } {
  return request?.kind === 'approval' && request.digest !== undefined ? { digest: request.digest } : {};
}

function unknownCallEvent(call: ToolCallPart, _event: never): ToolCallPart {
  return call;
}

/** Folds what a sub-agent does into the call it is inside of. */
function foldWithin(
  parts: readonly MessagePart[],
  [callId, ...deeper]: readonly string[],
  event: NewEvent,
): MessagePart[] {
  if (callId === undefined) return foldPart(parts, event);
  return withCall(parts, callId, (call) => {
    if (call.run === undefined) return call;
    if (deeper.length > 0) return { ...call, run: { ...call.run, parts: foldWithin(call.run.parts, deeper, event) } };
    return { ...call, run: foldRun(call.run, event) };
  });
}

function foldRun(run: NestedRun, event: NewEvent): NestedRun {
  const { progress } = run;
  switch (event.type) {
    case 'step-started':
      return { ...run, progress: { step: event.step, attempt: 1, isBegun: true, isUsageHeld: false } };
    case 'step-finished':
      return { ...run, progress: { step: event.step + 1, attempt: 1, isBegun: false, isUsageHeld: false } };
    case 'step-restarted': {
      const restarted = { ...progress, attempt: event.attempt, isUsageHeld: false };
      return { ...run, parts: foldPart(run.parts, event), progress: restarted };
    }
    case 'usage':
      return { ...run, usage: addUsage(run.usage, event.usage), progress: { ...progress, isUsageHeld: true } };
    default:
      return { ...run, parts: foldPart(run.parts, event) };
  }
}

/** A newer server may write events this build does not know; the compiler keeps the switch complete for those it does. */
function unknownEvent(parts: readonly MessagePart[], _event: never): MessagePart[] {
  return [...parts];
}

/** Whether a part is what the model wrote in a step, which is written anew when the step is restarted. */
function isWrittenIn(part: MessagePart, step: number): boolean {
  return 'step' in part && part.type !== 'steer' && part.step === step;
}

function withPart(parts: readonly MessagePart[], index: number, part: MessagePart): MessagePart[] {
  const changed = parts.slice();
  changed[index] = part;
  return changed;
}

function withCall(
  parts: readonly MessagePart[],
  callId: string,
  change: (call: ToolCallPart) => ToolCallPart,
): MessagePart[] {
  return parts.map((part) => (part.type === 'tool-call' && part.callId === callId ? change(part) : part));
}

/** All tokens of an answer, those of its sub-agents included; `undefined` when none were told. */
export function totalUsage({ parts, usage }: Pick<Message, 'parts' | 'usage'>): Usage | undefined {
  return parts.reduce<Usage | undefined>((sum, part) => {
    const nested = part.type === 'tool-call' && part.run !== undefined ? totalUsage(part.run) : undefined;
    return nested === undefined ? sum : addUsage(sum, nested);
  }, usage);
}

function addUsage(held: Usage | undefined, more: Usage): Usage {
  if (!held) return more;
  const sum: Usage = { input: held.input + more.input, output: held.output + more.output };
  if (held.cachedInput !== undefined || more.cachedInput !== undefined) {
    sum.cachedInput = (held.cachedInput ?? 0) + (more.cachedInput ?? 0);
  }
  if (held.reasoning !== undefined || more.reasoning !== undefined) {
    sum.reasoning = (held.reasoning ?? 0) + (more.reasoning ?? 0);
  }
  return sum;
}

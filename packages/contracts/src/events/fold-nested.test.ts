import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agentIdSchema, commandIdSchema, conversationIdSchema, messageIdSchema } from '../entities/ids.ts';
import type { AgentRef } from '../entities/agent.ts';
import type { InputAnswer, InputRequest } from '../entities/input-request.ts';
import type { MessagePart, NestedRun, ToolCallPart } from '../entities/message-part.ts';
import type { Usage } from '../entities/usage.ts';
import { foldMessage, foldParts, isGap, startProgress, totalUsage } from './fold-message.ts';
import type { RunningMessage } from './fold-message.ts';
import { generationEventSchema } from './generation-event.ts';
import type { NewEvent, ProducerEvent } from './generation-event.ts';

const agent: AgentRef = {
  id: agentIdSchema.parse('00000000-0000-4000-8000-000000000005'),
  version: 1,
  name: 'Cook',
};
const commandId = commandIdSchema.parse('00000000-0000-4000-8000-000000000004');
const request: InputRequest = {
  kind: 'approval',
  title: 'Stir',
  source: { kind: 'built-in', title: 'Built in' },
  description: '',
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  scopes: ['once'],
};
const question: InputRequest = {
  kind: 'questions',
  questions: [{ id: 'q', text: 'Hot?', choices: [], multiple: false }],
};
const approve: InputAnswer = { kind: 'approve', scope: 'once', input: '{"hot":true}' };
const answers: InputAnswer = { kind: 'answers', answers: [] };

function emptyMessage(): RunningMessage {
  return {
    id: messageIdSchema.parse('00000000-0000-4000-8000-000000000002'),
    conversationId: conversationIdSchema.parse('00000000-0000-4000-8000-000000000003'),
    parentId: null,
    role: 'assistant',
    status: 'running',
    parts: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    progress: startProgress('-1'),
  };
}

type Move =
  | { readonly kind: 'write'; readonly text: string }
  | { readonly kind: 'usage'; readonly output: number }
  | { readonly kind: 'call'; readonly life: readonly Life[] }
  | { readonly kind: 'agent'; readonly moves: readonly Move[]; readonly isDone: boolean }
  | { readonly kind: 'next-step' }
  | { readonly kind: 'restart' };
type Life = 'start' | 'progress' | 'ask' | 'approve' | 'question' | 'answer' | 'end' | 'deny';

const life = fc.array(
  fc.constantFrom<Life[]>('start', 'progress', 'ask', 'approve', 'question', 'answer', 'end', 'deny'),
  { maxLength: 6 },
);

const { moves } = fc.letrec<{ moves: readonly Move[]; move: Move }>((tie) => ({
  moves: fc.array(tie('move'), { maxLength: 7 }),
  move: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('write' as const), text: fc.string({ maxLength: 4 }) }),
    fc.record({ kind: fc.constant('usage' as const), output: fc.nat(9) }),
    fc.record({ kind: fc.constant('call' as const), life }),
    fc.constant({ kind: 'next-step' } as const),
    fc.constant({ kind: 'restart' } as const),
    fc.record({ kind: fc.constant('agent' as const), moves: tie('moves'), isDone: fc.boolean() }),
  ),
}));

type Run = Omit<NestedRun, 'agent'>;

/** What happens in a run, and the run it must lead to, kept by hand beside it. */
function play(script: readonly Move[], within: readonly string[] = []): { events: NewEvent[]; run: Run } {
  const tag = within.length === 0 ? {} : { within: [...within] };
  const events: NewEvent[] = [{ type: 'step-started', step: 0, ...tag }];
  let [step, attempt, isUsageHeld] = [0, 1, false];
  let parts: MessagePart[] = [];
  let usage: Usage | undefined;

  function call(callId: string): ToolCallPart {
    events.push({
      type: 'tool-call',
      step,
      part: parts.length,
      callId,
      name: 'stir',
      input: '{}',
      title: 'Stir',
      ...tag,
    });
    return { type: 'tool-call', step, callId, name: 'stir', input: '{}', title: 'Stir', state: 'called' };
  }

  for (const move of script) {
    const callId = [...within.slice(-1), `c${events.length}`].join('/');
    switch (move.kind) {
      case 'write':
        events.push({ type: 'text-delta', step, part: parts.length, start: 0, text: move.text, ...tag });
        parts.push({ type: 'text', step, text: move.text });
        break;
      case 'usage':
        events.push({ type: 'usage', step, usage: { input: 0, output: move.output }, ...tag });
        usage = { input: 0, output: (usage?.output ?? 0) + move.output };
        isUsageHeld = true;
        break;
      case 'call':
        parts.push(move.life.reduce((held, stage) => live(held, stage, { step, ...tag }, events), call(callId)));
        break;
      case 'agent': {
        const own = call(callId);
        const inside = play(move.moves, [...within, callId]);
        const started = { step, callId, ...tag };
        events.push({ type: 'tool-started', ...started }, { type: 'sub-agent-started', agent, ...started });
        events.push(...inside.events);
        const running: ToolCallPart = { ...own, state: 'running', started: true, run: { agent, ...inside.run } };
        if (move.isDone) events.push({ type: 'tool-result', output: 'Soup', failed: false, ...started });
        parts.push(move.isDone ? { ...running, state: 'done', output: 'Soup' } : running);
        break;
      }
      case 'next-step':
        events.push({ type: 'step-finished', step, ...tag }, { type: 'step-started', step: step + 1, ...tag });
        [step, attempt, isUsageHeld] = [step + 1, 1, false];
        break;
      case 'restart':
        attempt += 1;
        events.push({ type: 'step-restarted', step, attempt, ...tag });
        parts = parts.filter((part) => 'step' in part && part.step !== step);
        isUsageHeld = false;
    }
  }
  const progress = { step, attempt, isBegun: true, isUsageHeld };
  return { events, run: { parts, ...(usage === undefined ? {} : { usage }), progress } };
}

/** One thing that happens to a call, if it can happen to it now. */
function live(
  call: ToolCallPart,
  stage: Life,
  place: { readonly step: number; readonly within?: string[] },
  events: NewEvent[],
): ToolCallPart {
  const { callId, state, started = false } = call;
  if (call.output !== undefined) return call;
  const at = { ...place, callId };
  if (stage === 'end' || stage === 'deny') {
    const denied = stage === 'deny' ? { denied: true } : {};
    events.push({ type: 'tool-result', output: 'Hm', failed: stage === 'deny', ...denied, ...at });
    const { progress: _progress, ...rest } = call;
    return { ...rest, output: 'Hm', state: stage === 'deny' ? 'denied' : 'done' };
  }
  if (state === 'waiting') {
    if (stage !== 'approve' && stage !== 'answer') return call;
    const answer = call.request?.kind === 'approval' ? approve : answers;
    events.push({ type: 'input-received', commandId, answer, ...at });
    const approval = answer.kind === 'approve' ? { approval: answer } : {};
    return { ...call, ...approval, answer, state: started ? 'running' : 'called' };
  }
  switch (stage) {
    case 'start':
      events.push({ type: 'tool-started', ...at });
      return { ...call, state: 'running', started: true };
    case 'progress':
      events.push({ type: 'tool-progress', progress: 1, total: 2, ...at });
      return { ...call, progress: { progress: 1, total: 2 } };
    case 'ask':
    case 'question': {
      const asked = stage === 'ask' ? request : question;
      events.push({ type: 'input-requested', request: asked, ...at });
      const { answer: _answer, approval, ...rest } = call;
      const kept = stage === 'ask' || approval === undefined ? {} : { approval };
      return { ...rest, ...kept, request: asked, state: 'waiting' };
    }
    default:
      return call;
  }
}

function numbered(events: readonly NewEvent[]): ProducerEvent[] {
  return events.map((event, n) => ({ ...event, n }));
}

function foldAll(events: readonly ProducerEvent[], from = emptyMessage()): RunningMessage {
  return events.reduce(foldMessage, from);
}

describe('an answer in which agents ask agents', () => {
  it('has the parts that its history describes, also in the runs of sub-agents', () => {
    fc.assert(
      fc.property(moves, (script) => {
        const { events, run } = play(script);
        const message = foldAll(numbered(events));
        expect(message.parts).toEqual(run.parts);
        expect(message.progress).toMatchObject({ step: run.progress.step, attempt: run.progress.attempt });
        expect(events.reduce<readonly MessagePart[]>(foldParts, [])).toEqual(run.parts);
      }),
    );
  });

  it('is the same whatever is delivered twice, wherever a reader reconnects, and whoever joins late', () => {
    const cuts = fc.array(fc.record({ length: fc.nat(12), back: fc.nat(12) }), { maxLength: 20 });
    fc.assert(
      fc.property(moves, cuts, fc.nat(), (script, deliveries, savedAt) => {
        const events = numbered(play(script).events);
        const whole = foldAll(events);
        let message = emptyMessage();
        for (const { length, back } of deliveries) {
          const from = Math.max(0, message.progress.events - back);
          message = foldAll(events.slice(from, from + length), message);
        }
        expect(foldAll(events.slice(message.progress.events), message)).toEqual(whole);
        const held = savedAt % (events.length + 1);
        const saved: RunningMessage = JSON.parse(JSON.stringify(foldAll(events.slice(0, held))));
        expect(foldAll(events, saved)).toEqual(whole);
      }),
    );
  });

  it('leads every reader to the same when its log was made anew', () => {
    fc.assert(
      fc.property(moves, fc.nat(), fc.nat(9), (script, lostAt, leap) => {
        const events = numbered(play(script).events);
        const held = lostAt % (events.length + 1);
        const { parts, usage, progress } = foldAll(events.slice(0, held));
        const { step, attempt } = progress;
        const counted = usage === undefined ? {} : { usage };
        const snapshot: ProducerEvent = { type: 'snapshot', n: held + leap, step, attempt, parts, ...counted };
        const later = events.slice(held).map((event, index) => ({ ...event, n: held + leap + 1 + index }));
        expect(foldAll([snapshot, ...later]).parts).toEqual(foldAll(events).parts);
      }),
    );
  });

  it('survives its way through the log as JSON, and never changes a message it was given', () => {
    fc.assert(
      fc.property(moves, (script) => {
        let message = emptyMessage();
        for (const event of numbered(play(script).events)) {
          const read = generationEventSchema.parse(JSON.parse(JSON.stringify(event)));
          expect(read).toEqual(event);
          const before = JSON.stringify(message);
          const after = foldMessage(message, read);
          expect(JSON.stringify(message)).toBe(before);
          expect(isGap(message, read)).toBe(false);
          message = after;
        }
      }),
    );
  });

  it('counts the tokens of sub-agents apart from its own, and all of them together', () => {
    const soup = [
      { kind: 'usage', output: 1 },
      { kind: 'agent', isDone: true, moves: [{ kind: 'usage', output: 20 }] },
    ] as const;
    const message = foldAll(numbered(play(soup).events));
    expect(message.usage).toEqual({ input: 0, output: 1 });
    expect(totalUsage(message)).toEqual({ input: 0, output: 21 });
  });
});

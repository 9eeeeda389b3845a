import { foldMessage, generationEventSchema, messageText, totalUsage } from '@parley/contracts';
import type { Message, MessagePart, NewEvent, RunningMessage, ToolCallPart } from '@parley/contracts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunningGeneration } from '../database/repositories/generation-repository.ts';
import { agentRef, tool, toolSays } from './__fixtures__/tools.ts';
import { commandId, emptyRunningAnswer, message, text } from './__fixtures__/messages.ts';
import { calls, finish, playTurn, says } from './__fixtures__/play-turn.ts';
import { createScriptedStrategy } from './__fixtures__/scripted-strategy.ts';
import { isUnanswered } from './calls/call-parts.ts';
import { continuedParts, firstStepAfter } from './continued-answer.ts';
import { newAnswer } from './new-generation.ts';
import { emptyAnswer, firstEvents, firstStepOf } from './stored-answer.ts';

const step = fc.nat(4);
const shortText = fc.string({ unit: 'binary', maxLength: 6 });

/** A call in any state in which an answer that ended may have left it, perhaps with a sub-agent's run inside. */
const call = fc
  .record({
    step,
    callId: fc.uuid(),
    state: fc.constantFrom('writing-input', 'called', 'waiting', 'running', 'done', 'failed', 'denied'),
    output: fc.option(shortText, { nil: undefined }),
    isNested: fc.boolean(),
  })
  .map(({ isNested, output, ...its }): ToolCallPart => {
    const run = {
      agent: agentRef(7),
      parts: [text('inside')],
      usage: { input: 5, output: 5 },
      progress: { step: 1, attempt: 1, isBegun: false, isUsageHeld: false },
    };
    const told = output === undefined ? {} : { output };
    return { type: 'tool-call', ...its, name: 'look', input: '{}', ...told, ...(isNested ? { run } : {}) };
  });

const part = fc.oneof(
  fc.record({ step, value: shortText }).map((its) => text(its.value, its.step)),
  fc.record({ type: fc.constant('reasoning' as const), step, text: shortText }),
  fc.record({ type: fc.constant('steer' as const), step, commandId: fc.constant(commandId(1)), text: shortText }),
  call,
  fc.constant({ type: 'error', code: 'upstream-cut', title: 'Cut' } as const),
);

/** Parts as an answer has them: in the order of their steps. */
const parts = fc
  .array(part, { maxLength: 8 })
  .map((all): MessagePart[] => all.toSorted((a, b) => ('step' in a ? a.step : 9) - ('step' in b ? b.step : 9)));

const script = () =>
  createScriptedStrategy(
    [says('More. '), calls(1, 'new', '{}', 'look'), finish('tool-calls')],
    [says('Done'), finish()],
  );

function answerTo(older: Message): RunningGeneration {
  const body = { generationId: emptyRunningAnswer().generationId!, userMessageId: message(0, 'user').id };
  const place = {
    userId: '' as never,
    conversationId: older.conversationId,
    startedBy: null,
    createdAt: new Date(0),
  };
  const choice = { endpoint: 'Scripted', model: 'm', continues: older.id };
  return newAnswer({ ...body, ...choice }, place, { question: message(0, 'user', text('Hi')), continued: older });
}

/** The log of an answer that goes on from `older`, as its readers get it, and what is stored before its first event. */
async function goOn(older: Message) {
  const generation = answerTo(older);
  const start = emptyAnswer(generation, continuedParts(older.parts));
  let runs = 0;
  const look = tool('look', () => {
    runs += 1;
    return toolSays('seen');
  });
  const firstStep = firstStepOf(generation);
  const played = await playTurn({ strategy: script(), tools: [look], answer: start.parts, step: firstStep, firstStep });
  const events = [...firstEvents(generation, start, new Date(0)), ...played.events].map((event: NewEvent, n) =>
    generationEventSchema.parse(JSON.parse(JSON.stringify({ ...event, n }))),
  );
  return { generation, start, events, answer: played.answer, outcome: played.outcome, runs, firstStep };
}

describe('an answer that goes on from any other', () => {
  it('is the same for a reader who knows nothing, for one who has what was stored, and for its producer', async () => {
    await fc.assert(
      fc.asyncProperty(parts, fc.nat(), async (held, savedAt) => {
        const { generation, start, events, answer } = await goOn(message(1, 'assistant', ...held));
        const fold = (from: RunningMessage, all = events) => all.reduce(foldMessage, from);
        const fromNothing = fold(emptyAnswer(generation));
        expect(fromNothing.parts).toEqual(answer);
        expect(fold(start)).toEqual(fromNothing);
        const saved: RunningMessage = JSON.parse(JSON.stringify(fold(start, events.slice(0, savedAt % events.length))));
        expect(fold(saved)).toEqual(fromNothing);
      }),
      { numRuns: 60 },
    );
  });

  it('begins with all that one holds but errors, and runs none of its calls', async () => {
    await fc.assert(
      fc.asyncProperty(parts, async (held) => {
        const { answer, runs, firstStep } = await goOn(message(1, 'assistant', ...held));
        const before = held.filter(({ type }) => type !== 'error');
        const begins = answer.slice(0, before.length);
        expect(begins.map(keyOf)).toEqual(before.map(keyOf));
        expect(messageText({ parts: [...begins] })).toBe(messageText({ parts: before }));
        const own = answer.slice(before.length);
        expect(own.map(({ type }) => type)).toEqual(['text', 'tool-call', 'text']);
        expect(own.every((its) => 'step' in its && its.step >= firstStep)).toBe(true);
        expect(runs).toBe(1);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves no call open, and counts no tokens twice', () => {
    fc.assert(
      fc.property(parts, (held) => {
        const kept = continuedParts(held);
        expect(totalUsage({ parts: kept })).toBeUndefined();
        expect(kept.filter(isUnanswered)).toEqual([]);
        expect(firstStepAfter(kept)).toBe(firstStepAfter(held));
      }),
    );
  });
});

describe('the limits of an answer that goes on', () => {
  it('count its own steps alone', async () => {
    const older = message(1, 'assistant', ...[0, 1, 2, 3].map((its) => text('x', its)));
    const generation = answerTo(older);
    const firstStep = firstStepOf(generation);
    const limits = { steps: 1, seconds: null, costMicroUsd: null };
    const place = { answer: continuedParts(older.parts), step: firstStep, setup: { limits } };
    const lines = [says('More'), finish()];
    const going = await playTurn({ ...place, strategy: createScriptedStrategy(lines), firstStep });
    expect(going.outcome).toMatchObject({ status: 'done' });
    const redone = await playTurn({ ...place, strategy: createScriptedStrategy(lines) });
    expect(redone.outcome).toMatchObject({ status: 'failed', error: { code: 'step-limit' } });
  });
});

function keyOf(its: MessagePart): string {
  return `${its.type} ${'step' in its ? its.step : ''} ${'text' in its ? its.text : ''}`;
}

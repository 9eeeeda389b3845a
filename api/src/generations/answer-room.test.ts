import type { AgentRef, MessagePart } from '@parley/contracts';
import { expect, it } from 'vitest';
import { agentRef } from './__fixtures__/tools.ts';
import { createAnswerRoom } from './answer-room.ts';

const helper: AgentRef = agentRef(1);
const progress = { step: 1, attempt: 1, isBegun: false, isUsageHeld: false };

function ran(parts: MessagePart[]): MessagePart {
  const run = { agent: helper, parts, progress };
  return { type: 'tool-call', step: 0, callId: 'a', name: 'ask_helper', input: '{}', state: 'running', run };
}

it('counts the runs of sub-agents in one answer, also those of an earlier process and those inside of others', () => {
  const room = createAnswerRoom([ran([ran([]), ran([])])]);
  const asked = Array.from({ length: 200 }, () => room.takeRun());
  expect(asked.filter(Boolean)).toHaveLength(97);
});

it('counts the text of an answer with all that is inside of it', () => {
  const room = createAnswerRoom([ran([{ type: 'text', step: 0, text: 'x'.repeat(3_900_000) }])]);
  expect(room.isFull()).toBe(false);
  expect(room.take(200_000)).toBe(false);
  expect(room.take(20_000)).toBe(true);
  room.add(100_000);
  expect(room.isFull()).toBe(true);
});

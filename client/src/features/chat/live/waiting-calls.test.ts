import { describe, expect, it } from 'vitest';
import { agentId, approval, callOf } from '../testing/tool-calls.ts';
import { waitingCalls, waitsForInput } from './waiting-calls.ts';

const waiting = callOf({ callId: 'a/b', state: 'waiting', request: approval });
const run = {
  agent: { id: agentId, version: 1, name: 'Researcher' },
  parts: [callOf(), waiting],
  progress: { step: 0, attempt: 1, isBegun: true, isUsageHeld: false },
};

describe('what waits in an answer', () => {
  it('is found at any depth', () => {
    const deep = callOf({ callId: 'a', state: 'running', run: { ...run, parts: [callOf({ state: 'running', run })] } });
    expect(waitingCalls([callOf(), deep])).toEqual([waiting]);
    expect(waitsForInput([callOf({ state: 'running' })])).toBe(false);
  });

  it('is nothing in a run that has ended', () => {
    expect(waitsForInput([callOf({ state: 'failed', run })])).toBe(false);
  });
});

import type { InputRequest, ToolCallPart } from '@parley/contracts';
import { expect, it } from 'vitest';
import { hideInputs } from './hide-inputs.ts';

const source = { kind: 'mcp', id: 'bank', title: 'Bank' } as unknown as Extract<
  InputRequest,
  { kind: 'url' }
>['source'];
const call: ToolCallPart = {
  type: 'tool-call',
  step: 0,
  callId: 'a',
  name: 'pay',
  input: '{}',
  state: 'waiting',
  request: { kind: 'url', source, message: 'Please confirm', url: 'https://bank.example/confirm?token=secret' },
  answer: { kind: 'accept', content: '{"pin":"secret"}' },
};

it('hides the address somebody is sent to and what they fill in, and nothing else', () => {
  const agent = { id: 'x', version: 1, name: 'Helper' } as unknown as NonNullable<ToolCallPart['run']>['agent'];
  const progress = { step: 0, attempt: 1, isBegun: true, isUsageHeld: false };
  const outer: ToolCallPart = { ...call, callId: 'b', run: { agent, parts: [call], progress } };
  const hidden = hideInputs([outer, { type: 'text', step: 1, text: 'Done' }]);
  expect(JSON.stringify(hidden)).not.toContain('secret');
  expect(hidden[0]).toMatchObject({ request: { message: 'Please confirm', url: '' }, answer: { kind: 'accept' } });
  expect(hidden[1]).toEqual({ type: 'text', step: 1, text: 'Done' });
  const approved: ToolCallPart = {
    ...call,
    request: undefined,
    answer: { kind: 'approve', scope: 'once', input: '{}' },
  };
  expect(hideInputs([approved])).toEqual([approved]);
});

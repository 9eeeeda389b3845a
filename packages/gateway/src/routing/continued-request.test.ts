import { expect, test } from 'vitest';
import { callAgain, canContinue, continuedRequest } from './continued-request.ts';
import { makeCall, makeTarget, plainRequest } from './testing/made-calls.ts';

test('only a target that is known to continue may be asked to', () => {
  expect(canContinue(makeTarget('one/a'))).toBe(false);
  expect(canContinue(makeTarget('one/a', { capabilities: { prefill: true } }))).toBe(true);
  expect(canContinue(makeTarget('one/a', { quirks: { prefillsAnswer: true } }))).toBe(true);
  const refusing = { quirks: { prefillsAnswer: true }, capabilities: { prefill: false } };
  expect(canContinue(makeTarget('one/a', refusing))).toBe(false);
});

test('the beginning follows the question, without white space at its end and without the wish to think', () => {
  const request = { ...plainRequest, reasoning: { effort: 'high' }, idempotencyKey: 'k' } as const;
  expect(continuedRequest(request, 'Once upon \n')).toEqual({
    ...plainRequest,
    turns: [...plainRequest.turns, { role: 'assistant', parts: [{ type: 'text', text: 'Once upon' }] }],
  });
  expect(continuedRequest(plainRequest, ' \n')).toEqual(plainRequest);
});

test('a beginning that the client wrote itself goes on without a border', () => {
  const begun = { role: 'assistant', parts: [{ type: 'text', text: '{"answer": ' }] } as const;
  const request = { ...plainRequest, turns: [...plainRequest.turns, begun] };
  expect(continuedRequest(request, '4').turns).toEqual([
    ...plainRequest.turns,
    { role: 'assistant', parts: [{ type: 'text', text: '{"answer": 4' }] },
  ]);
});

test('the call is a new one to the target: no bytes, no key of the first one', () => {
  const wire = { dialect: 'openai-chat', body: Buffer.from('{}') } as const;
  const again = callAgain(makeCall({ wire, idempotencyKey: 'k' }), 5, () => plainRequest);
  expect(again).toMatchObject({ id: 'call-1', startBy: 5 });
  expect(again.wire).toBeUndefined();
  expect(again.idempotencyKey).toBeUndefined();
});

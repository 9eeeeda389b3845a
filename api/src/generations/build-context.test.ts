import type { MessagePart } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import { commandId, message, text } from './__fixtures__/messages.ts';
import { createScriptedStrategy } from './__fixtures__/scripted-strategy.ts';
import { setupWith } from './__fixtures__/tools.ts';
import { buildContext } from './build-context.ts';

const setup = setupWith(createScriptedStrategy());

function turnsOf(history: readonly ReturnType<typeof message>[], answer: readonly MessagePart[] = []) {
  return buildContext({ setup, history, answer, idempotencyKey: 'k' }).turns;
}

function call(callId: string, step: number, output?: string): MessagePart {
  const common = { type: 'tool-call', step, callId, name: 'look_up', input: '{"q": 1}' } as const;
  return output === undefined ? { ...common, state: 'called' } : { ...common, state: 'done', output };
}

const steer = (step: number, said: string): MessagePart => ({
  type: 'steer',
  step,
  commandId: commandId(1),
  text: said,
});

function goingOn(answer: readonly MessagePart[]) {
  const history = [message(0, 'user', text('Hi'))];
  return buildContext({ setup, history, answer, firstStep: 2, idempotencyKey: 'k' }).turns;
}

describe('buildContext', () => {
  it('tells the conversation in order', () => {
    expect(
      turnsOf([
        message(0, 'user', text('Hi')),
        message(1, 'assistant', text('Hello')),
        message(2, 'user', text('Why?')),
      ]),
    ).toEqual([
      { role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
      { role: 'assistant', parts: [{ type: 'text', text: 'Hello' }] },
      { role: 'user', parts: [{ type: 'text', text: 'Why?' }] },
    ]);
  });

  it('tells what a prompt quotes as block quotes before it, in one text with its files', () => {
    const asked = message(
      0,
      'user',
      { type: 'file', file: { id: '' as never, name: 'a.csv', mimeType: 'text/csv', size: 1 } },
      { type: 'quote', text: 'one\ntwo', messageId: message(1, 'assistant').id },
      { type: 'quote', text: 'three\r\n', messageId: message(1, 'assistant').id },
      text('Why?'),
    );
    const [turn, ...others] = turnsOf([asked]);
    expect(others).toEqual([]);
    const said = '> one\n> two\n\n> three\n>\n\nWhy?\n\nAttached files, in /mnt/data: a.csv (text/csv, 1 byte)';
    expect(turn).toEqual({ role: 'user', parts: [{ type: 'text', text: said }] });
  });

  it('says last how an answer should differ', () => {
    const own = setupWith(createScriptedStrategy(), [], { instructions: ['Rhyme.'] });
    const told = (guidance?: 'shorter' | 'longer') =>
      buildContext({ setup: own, history: [], answer: [], guidance, idempotencyKey: 'k' }).instructions;
    expect(told()).toEqual(['Rhyme.']);
    expect(told('shorter')).toEqual(['Rhyme.', expect.stringContaining('more briefly')]);
    expect(told('longer')).toEqual(['Rhyme.', expect.stringContaining('at greater length')]);
  });

  it('asks to go on behind what an answer goes on from, and tells its own steps after that', () => {
    const held = [text('Let me see', 0), call('a', 0, 'A'), steer(1, 'In French'), text('Oui, ', 1)];
    expect(goingOn([...held, call('b', 2, 'B'), text('fin', 4)])).toMatchObject([
      { role: 'user', parts: [{ text: 'Hi' }] },
      { role: 'assistant', parts: [{ text: 'Let me see' }, { callId: 'a' }] },
      { role: 'tool', callId: 'a' },
      { role: 'user', parts: [{ text: 'In French' }] },
      { role: 'assistant', parts: [{ text: 'Oui, ' }] },
      { role: 'user', parts: [{ text: expect.stringContaining('Go on exactly where it ends') }] },
      { role: 'assistant', parts: [{ callId: 'b' }] },
      { role: 'tool', callId: 'b' },
      { role: 'assistant', parts: [{ text: 'fin' }] },
    ]);
    // There is nothing to go on from where the older answer has said nothing.
    expect(goingOn([{ type: 'reasoning', step: 0, text: 'hm' }])).toHaveLength(1);
  });

  it('passes the model and the idempotency key on', () => {
    expect(buildContext({ setup, history: [], answer: [], idempotencyKey: 'k' })).toMatchObject({
      model: 'scripted-1',
      idempotencyKey: 'k',
    });
  });

  it('leaves errors, reasoning and sources out, and keeps the text beside them', () => {
    const cut = message(
      1,
      'assistant',
      { type: 'reasoning', step: 0, text: 'hm' },
      text('Half an'),
      { type: 'source', step: 0, id: 's', title: 'S', url: '/s' },
      { type: 'error', code: 'upstream-cut', title: 'Cut' },
    );
    expect(turnsOf([cut])).toEqual([{ role: 'assistant', parts: [{ type: 'text', text: 'Half an' }] }]);
  });

  it('leaves out an answer of which nothing came', () => {
    const failed = message(1, 'assistant', { type: 'error', code: 'upstream-unreachable', title: 'No' });
    expect(turnsOf([message(0, 'user', text('Hi')), failed, message(2, 'user', text('Again'))])).toHaveLength(2);
  });

  it('puts the results of a step after it, in the order of its calls, input as the model wrote it', () => {
    const answer = message(1, 'assistant', text('Let me see'), call('a', 0, 'A'), call('b', 0, 'B'), text('So', 2));
    expect(turnsOf([answer])).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'text', text: 'Let me see' },
          { type: 'tool-call', callId: 'a', name: 'look_up', input: '{"q": 1}' },
          { type: 'tool-call', callId: 'b', name: 'look_up', input: '{"q": 1}' },
        ],
      },
      { role: 'tool', callId: 'a', output: 'A', name: 'look_up' },
      { role: 'tool', callId: 'b', output: 'B', name: 'look_up' },
      { role: 'assistant', parts: [{ type: 'text', text: 'So' }] },
    ]);
  });

  it('leaves out calls that never got a result', () => {
    const stopped = message(1, 'assistant', call('a', 0), text('Wait', 0));
    expect(turnsOf([stopped])).toEqual([{ role: 'assistant', parts: [{ type: 'text', text: 'Wait' }] }]);
    expect(turnsOf([message(1, 'assistant', call('a', 0))])).toEqual([]);
  });

  it('goes on with what this turn has written already', () => {
    expect(turnsOf([message(0, 'user', text('Hi'))], [call('a', 0, 'A')])).toHaveLength(3);
  });

  it('puts what the user added in the middle of an answer before the step it was meant for', () => {
    const steered = [call('a', 0, 'A'), steer(2, 'In French'), steer(2, 'And short'), text('Oui', 2), steer(3, 'Why?')];
    const expected = [
      { role: 'assistant', parts: [{ type: 'tool-call', callId: 'a' }] },
      { role: 'tool', callId: 'a' },
      { role: 'user', parts: [{ text: 'In French' }, { text: 'And short' }] },
      { role: 'assistant', parts: [{ text: 'Oui' }] },
      { role: 'user', parts: [{ text: 'Why?' }] },
    ];
    expect(turnsOf([message(0, 'user', text('Hi'))], steered).slice(1)).toMatchObject(expected);
    const later = turnsOf([message(1, 'assistant', ...steered), message(2, 'user', text('Thanks'))]);
    expect(later).toMatchObject([...expected, { role: 'user', parts: [{ text: 'Thanks' }] }]);
  });
});

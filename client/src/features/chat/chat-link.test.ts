import { expect, it } from 'vitest';
import { readChatLink } from './chat-link.ts';

it('reads who answers, what is asked and whether it is sent', () => {
  expect(readChatLink({ endpoint: 'One', model: 'fast', prompt: 'Hi', submit: true })).toEqual({
    endpoint: 'One',
    model: 'fast',
    prompt: 'Hi',
    submit: true,
  });
  expect(readChatLink({ q: 42, spec: 'careful' })).toEqual({ prompt: '42', spec: 'careful' });
  expect(readChatLink({ prompt: { a: ['<script>'] } })).toEqual({ prompt: '{"a":["<script>"]}' });
});

it('leaves out what is none', () => {
  expect(readChatLink({ agent: 'x', submit: 'yes', use: 7, prompt: '', message: 'm' })).toEqual({});
});

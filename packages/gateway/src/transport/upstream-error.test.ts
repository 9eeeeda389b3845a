import { expect, test } from 'vitest';
import { redact } from './redact.ts';
import { retryAfter } from './retry-after.ts';
import { upstreamError } from './upstream-error.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

test.each([
  ['7', 7000],
  ['0', 0],
  ['0.5', 500],
  ['Thu, 01 Jan 2026 00:00:10 GMT', 10_000],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ['-3', undefined],
  ['soon', undefined],
  ['', undefined],
])('Retry-After "%s" means %s ms', (header, ms) => {
  expect(retryAfter(header, now)).toBe(ms);
});

test('words of vendors are shown on one line, without keys and of bounded length', () => {
  expect(redact('bad key  abcdefgh\nin Authorization: Bearer xyz and sk-proj-1234_5678', ['abcdefgh', ''])).toBe(
    'bad key [redacted] in Authorization: [redacted] and [redacted]',
  );
  expect(redact('x'.repeat(5000), [])).toHaveLength(801);
});

test('a placeholder for a key is a word like any other', () => {
  expect(redact('ollama is not running', ['ollama'])).toBe('ollama is not running');
});

test.each([
  ['boom\n    at run (/srv/app.js:1:2)\n    at node:internal', 'boom'],
  ['boom Traceback (most recent call last):\n File "/srv/app.py"', 'boom'],
  ['cannot reach http://10.1.2.3:9000/inner?x=1 now', 'cannot reach [internal address] now'],
  ['dial tcp 192.168.0.7:11434: refused', 'dial tcp [internal address]: refused'],
  ['no route to db-1.svc, localhost:80', 'no route to [internal address], [internal address]'],
  ['your key is at https://platform.openai.com/keys', 'your key is at https://platform.openai.com/keys'],
  ['version 10.1 of model 172.5', 'version 10.1 of model 172.5'],
])('of %j people see %j', (message, shown) => {
  expect(redact(message, [])).toBe(shown);
});

test('the sentence of another gateway is not put into a second one', () => {
  const target = {
    provider: 'Parley',
    baseUrl: 'http://gateway/v1',
    model: 'm',
    timeouts: { connect: 1, headers: 1, content: 1, idle: 1 },
  };
  const text = JSON.stringify({ error: { message: 'OpenAI is overloaded: busy', code: 'overloaded' } });
  const ofGateway = upstreamError({ status: 503, headers: { 'x-parley-provider': 'openai' }, text }, target);
  expect(ofGateway).toMatchObject({ code: 'overloaded', message: 'OpenAI is overloaded: busy' });
  const ofVendor = upstreamError({ status: 503, headers: {}, text }, target);
  expect(ofVendor.message).toBe('Parley is overloaded: OpenAI is overloaded: busy');
});

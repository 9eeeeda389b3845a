import { messageIdSchema, projectIdSchema } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import { hashAnswerRequest, hashInput, hashRequest } from './request-hash.ts';

const id = messageIdSchema.parse('00000000-0000-4000-8000-000000000001');
const otherId = messageIdSchema.parse('00000000-0000-4000-8000-000000000002');
const plain = { parentMessageId: null, text: 'Hi', endpoint: 'Parley', model: 'chat-fast' };

describe('the hash of a request', () => {
  it('is what it was before there were tools and agents, for requests that name none', () => {
    expect(hashRequest(plain)).toBe('ec4eac6fc8e140879b5561c8028bd04a6517ca582486af69d3e266c97a094111');
  });

  it('tells requests apart by everything that is asked for', () => {
    const all = [
      plain,
      { ...plain, text: 'Ho' },
      { ...plain, tools: [] },
      { ...plain, tools: ['calculator'] },
      { ...plain, agentVersion: 1 },
      { ...plain, tools: ['calculator'], agentVersion: 1 },
      { ...plain, spec: 'a' },
      { ...plain, settings: { instructions: 'a' } },
      { ...plain, settings: { parameters: { topP: 0 } } },
      { ...plain, settings: { parameters: { temperature: 0 } } },
      { ...plain, quotes: [{ messageId: id, text: 'a' }] },
      { ...plain, quotes: [{ messageId: id, text: 'b' }] },
      { ...plain, temporary: true },
      { ...plain, projectId: projectIdSchema.parse(id) },
    ];
    expect(new Set(all.map(hashRequest)).size).toBe(all.length);
  });

  it('is the same for requests that ask for the same', () => {
    const { endpoint, model } = plain;
    const settings = { parameters: { topP: 1, temperature: 0 }, instructions: 'a' };
    const other = { instructions: 'a', parameters: { temperature: 0, topP: 1 } };
    expect(hashRequest({ ...plain, settings })).toBe(hashRequest({ ...plain, settings: other }));
    const nothing = { settings: { instructions: ' ', parameters: {} }, quotes: [], files: [], temporary: false };
    expect(hashRequest({ ...plain, ...nothing })).toBe(hashRequest(plain));
    const again = { userMessageId: id, endpoint, model };
    expect(hashAnswerRequest({ ...again, settings })).toBe(hashAnswerRequest({ ...again, settings: other }));
  });

  it('tells requests for another answer apart, and from questions', () => {
    const { endpoint, model } = plain;
    const again = { userMessageId: id, endpoint, model };
    const all = [
      again,
      { ...again, userMessageId: otherId },
      { ...again, guidance: 'shorter' as const },
      { ...again, guidance: 'longer' as const },
      { ...again, continues: id },
      { ...again, spec: 'a' },
      { ...again, tools: [] },
    ];
    const hashes = [...all.map(hashAnswerRequest), hashRequest({ ...plain, parentMessageId: id, text: 'answer' })];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe('the hash of an answer', () => {
  it('tells answers apart by what they say and which call they are for', () => {
    const approve = { kind: 'approve', scope: 'once' } as const;
    const all = [hashInput('a', approve), hashInput('b', approve), hashInput('a', { ...approve, input: '{}' })];
    expect(new Set(all).size).toBe(3);
  });
});

import { describe, expect, it } from 'vitest';
import { hashInput, hashRequest } from './request-hash.ts';

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
    ];
    expect(new Set(all.map(hashRequest)).size).toBe(all.length);
  });
});

describe('the hash of an answer', () => {
  it('tells answers apart by what they say and which call they are for', () => {
    const approve = { kind: 'approve', scope: 'once' } as const;
    const all = [hashInput('a', approve), hashInput('b', approve), hashInput('a', { ...approve, input: '{}' })];
    expect(new Set(all).size).toBe(3);
  });
});

import { describe, expect, it } from 'vitest';
import { virtualKey } from '../usage/testing/budgeted-call.ts';
import { findCaller, sentSecret } from './find-caller.ts';
import { createKeyRing, digestOf, mayNameModel } from './key-ring.ts';

const ci = virtualKey({ id: 'ci', sha256: digestOf('sk-ci').toUpperCase() });
const old = virtualKey({ id: 'old', sha256: digestOf('sk-old'), expiresAt: '2026-11-20T12:00:00Z' });
const dated = virtualKey({ id: 'dated', sha256: digestOf('sk-dated'), expiresAt: '2026-11-20' });
const misspelt = virtualKey({ id: 'misspelt', sha256: digestOf('sk-misspelt'), expiresAt: 'next year' });
const noon = Date.UTC(2026, 10, 20, 12);

function ringAt(time: () => number) {
  return createKeyRing({
    keys: [ci, old, dated, misspelt],
    apiKeys: ['sk-plain'],
    adminTokenSha256: digestOf('root'),
    now: time,
  });
}

describe('a key ring', () => {
  it('knows keys by their digest, also a second time, and nobody else', () => {
    const ring = ringAt(() => noon - 1);
    for (let round = 0; round < 2; round += 1) {
      expect(ring.find('sk-ci')).toEqual({ digest: digestOf('sk-ci'), key: ci });
      expect(ring.find('sk-plain')).toEqual({ digest: digestOf('sk-plain'), key: 'plain' });
      expect(ring.find('sk-old')?.key).toBe(old);
      expect(ring.find('sk-wrong')).toBeUndefined();
      expect(ring.find('')).toBeUndefined();
      expect(ring.find(digestOf('sk-ci'))).toBeUndefined();
    }
  });

  it('lets keys expire while it runs; a date lasts until its end, one that nobody can read is past', () => {
    let time = noon - 1;
    const ring = ringAt(() => time);
    expect(ring.find('sk-old')).toBeDefined();
    expect(ring.find('sk-misspelt')).toBeUndefined();
    time = noon;
    expect(ring.find('sk-old')).toBeUndefined();
    expect(ring.find('sk-dated')).toBeDefined();
    time = Date.UTC(2026, 10, 21);
    expect(ring.find('sk-dated')).toBeUndefined();
  });

  it('is not filled by strangers', () => {
    const ring = ringAt(() => 0);
    for (let index = 0; index < 25_000; index += 1) expect(ring.find(`stranger-${index}`)).toBeUndefined();
    expect(ring.find('x'.repeat(1_000_000))).toBeUndefined();
    expect(ring.find('sk-ci')).toBeDefined();
  });

  it('knows the admin token, and has no admin without one', () => {
    expect(ringAt(() => 0).isAdmin('root')).toBe(true);
    expect(ringAt(() => 0).isAdmin('sk-ci')).toBe(false);
    const ring = createKeyRing({ keys: [], apiKeys: [] });
    expect([ring.isAdmin(''), ring.isAdmin('root'), ring.isEmpty]).toEqual([false, false, true]);
  });

  it('lets a key name the models of its list', () => {
    const key = virtualKey({ models: ['quick', 'openai/*'] });
    const names = ['quick', 'quick-2', 'openai/gpt-4o', 'anthropic/claude'];
    expect(names.filter((name) => mayNameModel(key, name))).toEqual(['quick', 'openai/gpt-4o']);
    expect(mayNameModel(virtualKey(), 'any')).toBe(true);
    expect(mayNameModel(undefined, 'any')).toBe(true);
  });
});

describe('the caller of a request', () => {
  const ring = ringAt(() => 0);

  it.each([
    { authorization: 'Bearer sk-ci' },
    { authorization: 'bearer  sk-ci ' },
    { 'x-api-key': 'sk-ci' },
    { 'x-goog-api-key': 'sk-ci' },
    { 'lynkr-virtual-key': 'sk-ci', authorization: 'Bearer sk-plain' },
  ])('is found by %o', (headers) => {
    expect(findCaller(ring, headers)?.key).toBe(ci);
  });

  it('is the one of the ordinary key when the virtual key is none', () => {
    expect(findCaller(ring, { 'lynkr-virtual-key': 'ci', authorization: 'Bearer sk-plain' })?.key).toBe('plain');
    expect(findCaller(ring, { authorization: 'Basic sk-ci' })).toBeUndefined();
    expect(sentSecret({})).toBe('');
  });
});

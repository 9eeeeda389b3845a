import { describe, expect, it } from 'vitest';
import { virtualKey } from '../usage/testing/budgeted-call.ts';
import { readScope } from './read-scope.ts';

const sessionOf = (more: object) => readScope({ headers: {}, caller: undefined, ...more }).session;

const headers = {
  'x-user-id': 'ada',
  'lynkr-tenant-id': 'acme',
  'lynkr-team-id': 'blue',
  'lynkr-customer-id': 'c-1',
  'lynkr-org-id': 'o-1',
  'x-session-id': 's-1',
};

describe('the scope of a request', () => {
  it('believes identity headers only of a key that may name them', () => {
    const stranger = virtualKey();
    const host = virtualKey({ mayNameIdentity: true });
    expect(readScope({ headers, caller: { digest: 'd', key: stranger } })).toEqual({
      caller: 'd',
      key: stranger,
      session: 's-1',
    });
    expect(readScope({ headers, caller: { digest: 'd', key: 'plain' } })).toEqual({ caller: 'd', session: 's-1' });
    expect(readScope({ headers, caller: undefined })).toEqual({ caller: '', session: 's-1' });
    expect(readScope({ headers, caller: { digest: 'd', key: host } })).toEqual({
      caller: 'd',
      key: host,
      tenant: 'acme',
      user: 'ada',
      team: 'blue',
      customer: 'c-1',
      organisation: 'o-1',
      session: 's-1',
    });
  });

  it('lets no header replace whom the key itself names', () => {
    const key = virtualKey({ mayNameIdentity: true, user: 'bob', team: 'red' });
    expect(readScope({ headers, caller: { digest: 'd', key } })).toMatchObject({
      user: 'bob',
      team: 'red',
      customer: 'c-1',
    });
  });

  it('takes the session from the first place that names one, and drops what is no name', () => {
    expect(sessionOf({ headers: { 'x-claude-session-id': 'c' }, session: 'body' })).toBe('c');
    expect(sessionOf({ session: 'body' })).toBe('body');
    for (const bad of ['', 'x'.repeat(257), 'a\nb', 'a\u0000', 7, null, {}])
      expect(sessionOf({ session: bad })).toBeUndefined();
  });

  it('knows the address', () => {
    expect(readScope({ headers: {}, caller: undefined, digest: 'd', address: '::1' })).toEqual({
      caller: 'd',
      address: '::1',
    });
  });
});

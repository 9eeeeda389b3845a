import { describe, expect, it } from 'vitest';
import { McpError } from '../core/mcp-error.ts';
import { createHealth } from './create-health.ts';

const limits = { backOffFirstMs: 1000, backOffLongestMs: 8000 };
const unreachable = new McpError('unreachable', 'Away.', { retryable: true });

describe('the health of a server', () => {
  it('backs off ever longer, up to a limit, and forgets it when it works', () => {
    let now = 0;
    const health = createHealth(() => now, limits);
    const waits = Array.from({ length: 6 }, () => {
      health.failed(unreachable);
      const wait = (health.failure?.retryAt ?? 0) - now;
      expect(() => health.check()).toThrow(expect.objectContaining({ code: 'backing-off', cause: unreachable }));
      now += wait;
      expect(() => health.check()).not.toThrow();
      return wait;
    });
    expect(waits).toEqual([1000, 2000, 4000, 8000, 8000, 8000]);
    health.succeeded();
    expect(health.failure).toBeUndefined();
  });

  it('forgives the first loss of a connection, and any after a long life', () => {
    const health = createHealth(() => 0, limits);
    health.lost(10);
    expect(health.failure).toBeUndefined();
    health.lost(10);
    expect(health.failure).toMatchObject({ error: { code: 'connection-lost' }, retryAt: 1000 });
    health.succeeded();
    health.lost(60_000);
    expect(health.failure).toBeUndefined();
  });

  it('does not blame a server for a sign-in or for who gave up', () => {
    const health = createHealth(() => 0, limits);
    health.failed(new McpError('cancelled', 'Enough.'));
    expect(health).toMatchObject({ failure: undefined, needsSignIn: false });
    health.failed(new McpError('sign-in-needed', 'Sign in.'));
    expect(health).toMatchObject({ failure: undefined, needsSignIn: true });
    health.succeeded();
    expect(health.needsSignIn).toBe(false);
  });
});

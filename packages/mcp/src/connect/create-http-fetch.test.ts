import { describe, expect, it } from 'vitest';
import { httpTarget } from '../__fixtures__/open-hub.ts';
import { defaultLimits } from '../core/mcp-limits.ts';
import type { McpChallengeAnswer, McpSignIn } from '../oauth/mcp-sign-in.ts';
import { McpSignInError } from '../oauth/mcp-sign-in-error.ts';
import { createHttpFetch } from './create-http-fetch.ts';

const url = 'https://mcp.example/mcp';
const challenge = 'Bearer error="insufficient_scope", scope="write"';

interface World {
  /** The statuses of the server's answers, in order; the last one stays. */
  readonly statuses: readonly number[];
  readonly header?: string;
  readonly answers?: readonly McpChallengeAnswer[];
  readonly signsIn?: boolean;
  readonly tokenError?: Error;
}

function open({ statuses, header, answers = [], signsIn = true, tokenError }: World) {
  const sent: (string | null)[] = [];
  const challenged: unknown[] = [];
  const signIn: Partial<McpSignIn> = {
    token: async () => {
      if (tokenError !== undefined) throw tokenError;
      return `token ${challenged.length}`;
    },
    challenged: async (_target, wwwAuthenticate, _signal, rejected) => {
      challenged.push([wwwAuthenticate, rejected]);
      return answers[challenged.length - 1] ?? 'retry';
    },
  };
  const fetch = createHttpFetch({
    target: httpTarget(url, signsIn ? { oauth: {} } : {}),
    fetch: async (_url, init) => {
      sent.push(new Headers(init?.headers).get('authorization'));
      const status = statuses[Math.min(sent.length, statuses.length) - 1];
      return new Response('body', {
        status: status ?? 200,
        ...(header !== undefined && { headers: { 'www-authenticate': header } }),
      });
    },
    signIn: signIn as McpSignIn,
    limits: defaultLimits,
  });
  return { fetch: () => fetch(url, { method: 'POST', body: '{}' }), sent, challenged };
}

describe('the fetch of a connection', () => {
  it('sends the holder’s token', async () => {
    const world = open({ statuses: [200] });
    expect(await (await world.fetch()).text()).toBe('body');
    expect(world.sent).toEqual(['Bearer token 0']);
  });

  it('sends none to a server without OAuth, and gives its refusal as it is', async () => {
    const world = open({ statuses: [401], signsIn: false });
    expect((await world.fetch()).status).toBe(401);
    expect(world.sent).toEqual([null]);
  });

  it('tries again with another token', async () => {
    const world = open({ statuses: [401, 200], header: 'Bearer realm="x"' });
    expect((await world.fetch()).status).toBe(200);
    expect(world.sent).toEqual(['Bearer token 0', 'Bearer token 1']);
    expect(world.challenged).toEqual([['Bearer realm="x"', 'token 0']]);
  });

  it('gives up where another token never helps', async () => {
    const world = open({ statuses: [401] });
    await expect(world.fetch()).rejects.toMatchObject({ code: 'refused' });
    expect(world.sent).toHaveLength(3);
  });

  it.each([
    { status: 401, answer: 'sign-in-needed', code: 'sign-in-needed' },
    { status: 403, header: challenge, answer: 'sign-in-needed', code: 'insufficient-scope' },
    { status: 401, answer: 'refused', code: 'refused' },
  ] as const)('says what $status means: $code', async ({ status, answer, code, ...rest }) => {
    const world = open({ statuses: [status], answers: [answer], ...rest });
    await expect(world.fetch()).rejects.toMatchObject({ code, mayHaveRun: false });
    expect(world.sent).toHaveLength(1);
  });

  it('leaves a plain 403 alone', async () => {
    const world = open({ statuses: [403], header: 'Bearer realm="x"' });
    expect((await world.fetch()).status).toBe(403);
    expect(world.challenged).toEqual([]);
  });

  it('says when the sign-in itself does not work', async () => {
    const broken = open({ statuses: [200], tokenError: new McpSignInError('refused', 'No.') });
    await expect(broken.fetch()).rejects.toMatchObject({ code: 'sign-in-needed', message: 'No.' });
    const away = open({
      statuses: [200],
      tokenError: new McpSignInError('discovery-failed', 'Away.', { retryable: true }),
    });
    await expect(away.fetch()).rejects.toMatchObject({ code: 'unreachable', retryable: true });
  });
});

import { randomUUID } from 'node:crypto';
import { authRoutes, problemDocumentSchema, sessionSchema, userRoutes } from '@parley/contracts';
import type { Session } from '@parley/contracts';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp } from '../test-app.ts';
import type { TestApp } from '../test-app.ts';
import { cookieOf } from '../test-client.ts';
import type { TestUser } from '../test-client.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ gateway: false });
});

afterAll(async () => {
  await app.close();
});

async function codeOf(response: Response): Promise<string> {
  return problemDocumentSchema.parse(await response.json()).code;
}

function post(path: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`${app.url}${path}`, { method: 'POST', headers });
}

const refresh = (cookie: string, headers: Record<string, string> = {}): Promise<Response> =>
  post(authRoutes.refresh.path, { Cookie: cookie, ...headers });

async function sessionFrom(response: Response): Promise<Session> {
  expect(response.status).toBe(200);
  return sessionSchema.parse(await response.json());
}

function key(): string {
  return app.config.secrets.accessTokenKey;
}

function me(accessToken: string): Promise<Response> {
  return fetch(`${app.url}${userRoutes.me.path}`, { headers: { Authorization: `Bearer ${accessToken}` } });
}

describe('registering', () => {
  it('makes exactly one administrator when many come first at once', async () => {
    const fresh = await startTestApp({ gateway: false });
    const users = await Promise.all(Array.from({ length: 8 }, () => fresh.register()));
    expect(users.filter(({ user }) => user.role === 'ADMIN')).toHaveLength(1);
    expect((await fresh.register()).user.role).toBe('USER');
    await fresh.close();
  });

  it('gives one account to the many who register one address at once', async () => {
    const body = { email: 'same@example.com', name: 'Same', password: 'long enough' };
    const answers = await Promise.all(Array.from({ length: 4 }, () => app.send(authRoutes.register, { body })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(3);
    const taken = answers.find(({ status }) => status === 409);
    expect(taken && (await codeOf(taken))).toBe('email-taken');
  });

  it('takes an address in any spelling as the same', async () => {
    const { user } = await app.register();
    const body = { email: `  ${user.email.toUpperCase()} `, name: 'Again', password: 'long enough' };
    expect(await codeOf(await app.send(authRoutes.register, { body }))).toBe('email-taken');
  });

  it('names everything that is wrong with the input', async () => {
    const body = { email: 'ada', name: ' ', password: 'short' };
    const response = await app.send(authRoutes.register, { body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'invalid-request',
      issues: [
        { path: 'body.email', message: expect.stringContaining('e-mail') },
        { path: 'body.name', message: 'Please enter your name' },
        { path: 'body.password', message: 'Please use at least 8 characters' },
      ],
    });
  });

  it('is refused where it is closed, but for the first account', async () => {
    const closed = await startTestApp({ gateway: false, auth: { allowRegistration: false } });
    expect((await closed.register()).user.role).toBe('ADMIN');
    const body = { email: 'second@example.com', name: 'Second', password: 'long enough' };
    const response = await closed.send(authRoutes.register, { body });
    expect(response.status).toBe(403);
    expect(await codeOf(response)).toBe('registration-closed');
    await closed.close();
  });

  it('is refused for addresses of other domains than the allowed ones', async () => {
    const closed = await startTestApp({ gateway: false, auth: { allowedDomains: ['example.org'] } });
    const answer = (email: string): Promise<Response> =>
      closed.send(authRoutes.register, { body: { email, name: 'Ada', password: 'long enough' } });
    expect(await codeOf(await answer('ada@example.com'))).toBe('registration-closed');
    expect(await codeOf(await answer('ada@sub.example.org'))).toBe('registration-closed');
    expect((await answer('ada@Example.org')).status).toBe(201);
    await closed.close();
  });
});

describe('signing in', () => {
  it('works with the right password, in any spelling of the address', async () => {
    const { user, password } = await app.register();
    const body = { email: ` ${user.email.toUpperCase()}`, password };
    const session = await sessionFrom(await app.send(authRoutes.login, { body }));
    expect(session.user).toEqual(user);
    expect((await me(session.accessToken)).status).toBe(200);
  });

  it('does not say whether the address or the password is wrong', async () => {
    const { user } = await app.register();
    const wrong = await app.send(authRoutes.login, { body: { email: user.email, password: 'wrong' } });
    const unknown = await app.send(authRoutes.login, { body: { email: 'nobody@example.com', password: 'wrong' } });
    expect(wrong.status).toBe(401);
    expect(unknown.status).toBe(401);
    const { requestId: _first, ...first } = problemDocumentSchema.parse(await wrong.json());
    const { requestId: _second, ...second } = problemDocumentSchema.parse(await unknown.json());
    expect(first.code).toBe('wrong-credentials');
    expect(second).toEqual(first);
  });

  it('does not take the password from the address line', async () => {
    const { user, password } = await app.register();
    const query = new URLSearchParams({ email: user.email, password });
    const response = await fetch(`${app.url}/api/auth/login?${query.toString()}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{}',
    });
    expect(response.status).toBe(400);
  });

  it('sets a cookie that only this api sees', async () => {
    const { user, password } = await app.register();
    const response = await app.send(authRoutes.login, { body: { email: user.email, password } });
    const [cookie] = response.headers.getSetCookie();
    expect(cookie).toMatch(
      /^refreshToken=[^;]{40,}; Max-Age=3600; Path=\/api\/auth; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    );
  });

  it('is slowed down with the time to wait', async () => {
    const limited = await startTestApp({
      gateway: false,
      auth: { loginLimit: { max: 2, windowMs: 60_000 }, registerLimit: { max: 1, windowMs: 60_000 } },
    });
    const body = { email: 'nobody@example.com', password: 'wrong' };
    const mistyped = { ...body, email: 'nobody' };
    for (const [given, status] of [
      [body, 401],
      [mistyped, 400],
      [mistyped, 400],
      [body, 401],
    ] as const) {
      expect((await limited.send(authRoutes.login, { body: given })).status).toBe(status);
    }
    const refused = await limited.send(authRoutes.login, { body });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(await codeOf(refused)).toBe('too-many-requests');
    await limited.register();
    await expect(limited.register()).rejects.toThrow(/too-many-requests/);
    await limited.close();
  });
});

describe('access tokens', () => {
  let user: TestUser;

  beforeAll(async () => {
    user = await app.register();
  });

  it('say who is asking', async () => {
    expect(await (await me(user.accessToken)).json()).toEqual(user.user);
  });

  it('are needed', async () => {
    const response = await app.send(userRoutes.me, {});
    expect(response.status).toBe(401);
    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer');
    expect(await codeOf(response)).toBe('not-authenticated');
  });

  it('that have expired are told apart', async () => {
    const brief = await startTestApp({ gateway: false });
    const claims = { sub: user.user.id, sid: randomUUID(), iss: 'parley', aud: 'parley-api', exp: 1 };
    const token = jwt.sign(claims, app.config.secrets.accessTokenKey);
    const response = await me(token);
    expect(response.status).toBe(401);
    expect(await codeOf(response)).toBe('token-expired');
    await brief.close();
  });

  const claims = () => ({ sub: user.user.id, sid: randomUUID(), iss: 'parley', aud: 'parley-api' });
  const forgeries: [string, () => string][] = [
    ['of another key', () => jwt.sign(claims(), 'another key that is long enough too', { expiresIn: 60 })],
    ['without a signature', () => jwt.sign(claims(), '', { algorithm: 'none', expiresIn: 60 })],
    ['of another algorithm', () => jwt.sign(claims(), key(), { algorithm: 'HS512', expiresIn: 60 })],
    ['of another issuer', () => jwt.sign({ ...claims(), iss: 'other' }, key(), { expiresIn: 60 })],
    ['for another audience', () => jwt.sign({ ...claims(), aud: 'other' }, key(), { expiresIn: 60 })],
    ['of nobody', () => jwt.sign({ ...claims(), sub: randomUUID() }, key(), { expiresIn: 60 })],
    ['of something that is no id', () => jwt.sign({ ...claims(), sub: 'root' }, key(), { expiresIn: 60 })],
    [
      'with a changed claim',
      () => user.accessToken.replace(/\.([^.]+)\./, (_all, body: string) => `.${body.slice(0, -3)}AAA.`),
    ],
    ['cut short', () => user.accessToken.slice(0, -5)],
    ['that are none', () => 'nonsense'],
    ['that are the refresh token', () => user.cookie.replace('refreshToken=', '')],
  ];
  it.each(forgeries)('%s are refused', async (_what, forge) => {
    const response = await me(forge());
    expect(response.status).toBe(401);
    expect(await codeOf(response)).toBe('not-authenticated');
  });
});

describe('refreshing', () => {
  it('gives a new access token and a new cookie', async () => {
    const user = await app.register();
    const response = await refresh(user.cookie);
    const session = await sessionFrom(response);
    expect(session.user).toEqual(user.user);
    expect((await me(session.accessToken)).status).toBe(200);
    expect(cookieOf(response)).toMatch(/^refreshToken=/);
    expect(cookieOf(response)).not.toBe(user.cookie);
    expect((await refresh(cookieOf(response))).status).toBe(200);
  });

  it('at once from many tabs leaves one cookie and everybody signed in', async () => {
    const user = await app.register();
    const answers = await Promise.all(Array.from({ length: 5 }, () => refresh(user.cookie)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const cookies = [...new Set(answers.map(cookieOf))];
    expect(cookies).toHaveLength(1);
    expect((await refresh(cookies[0] ?? '')).status).toBe(200);
  });

  it('with a token that was used before the last one ends the session', async () => {
    const user = await app.register();
    const second = cookieOf(await refresh(user.cookie));
    const third = cookieOf(await refresh(second));
    const stolen = await refresh(user.cookie);
    expect(stolen.status).toBe(401);
    expect(stolen.headers.getSetCookie()[0]).toMatch(/^refreshToken=; .*Expires=Thu, 01 Jan 1970/);
    expect(await codeOf(stolen)).toBe('session-ended');
    expect(await codeOf(await refresh(third))).toBe('session-ended');
  });

  it('leaves the sessions of other devices alone', async () => {
    const user = await app.register();
    const phone = cookieOf(
      await app.send(authRoutes.login, { body: { email: user.user.email, password: user.password } }),
    );
    const next = cookieOf(await refresh(user.cookie));
    await refresh(next);
    await refresh(user.cookie);
    expect((await refresh(phone)).status).toBe(200);
  });

  it.each([
    ['without a cookie', '', 'not-authenticated'],
    ['with a cookie that is none', 'refreshToken=nonsense', 'session-ended'],
    ['with a session that does not exist', `refreshToken=${randomUUID()}.${'a'.repeat(43)}`, 'session-ended'],
    ['with a query in place of a token', 'refreshToken=j:{"$ne":1}', 'not-authenticated'],
  ])('%s is refused', async (_what, cookie, code) => {
    const response = await refresh(cookie);
    expect(response.status).toBe(401);
    expect(await codeOf(response)).toBe(code);
  });

  it.each([
    [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
    [{ 'Sec-Fetch-Site': 'same-site' }, 403],
    [{ 'Sec-Fetch-Site': 'same-origin', Origin: 'http://localhost:5173' }, 200],
    [{ Origin: 'https://evil.example' }, 403],
    [{ Origin: 'null' }, 403],
  ])('from a page with %j is answered %i', async (headers, status) => {
    const user = await app.register();
    expect((await refresh(user.cookie, headers)).status).toBe(status);
    expect((await post(authRoutes.logout.path, { Cookie: user.cookie, ...headers })).status).toBe(
      status === 200 ? 204 : 403,
    );
  });

  it('from our own page is recognised by its origin alone, too', async () => {
    const user = await app.register();
    expect((await refresh(user.cookie, { Origin: app.url })).status).toBe(200);
  });

  it('goes on after a restart', async () => {
    const other = await startTestApp({ gateway: false });
    const user = await other.register();
    await other.restart();
    const response = await fetch(`${other.url}/api/auth/refresh`, { method: 'POST', headers: { Cookie: user.cookie } });
    expect((await sessionFrom(response)).user).toEqual(user.user);
    await other.close();
  });
});

describe('signing out', () => {
  it('ends the session and takes the cookie away', async () => {
    const user = await app.register();
    const response = await post(authRoutes.logout.path, { Cookie: user.cookie });
    expect(response.status).toBe(204);
    expect(response.headers.getSetCookie()[0]).toMatch(/^refreshToken=; /);
    expect(await codeOf(await refresh(user.cookie))).toBe('session-ended');
  });

  it('succeeds again, and without a cookie', async () => {
    const user = await app.register();
    expect((await post(authRoutes.logout.path, { Cookie: user.cookie })).status).toBe(204);
    expect((await post(authRoutes.logout.path, { Cookie: user.cookie })).status).toBe(204);
    expect((await post(authRoutes.logout.path, {})).status).toBe(204);
  });
});

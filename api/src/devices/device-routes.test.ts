import { randomUUID } from 'node:crypto';
import { authRoutes, deviceRoutes, sessionIdSchema, sessionSchema } from '@parley/contracts';
import type { SessionId } from '@parley/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openTab } from '../realtime/__fixtures__/tab.ts';
import type { Tab } from '../realtime/__fixtures__/tab.ts';
import { startTestApp } from '../test-app.ts';
import type { TestApp } from '../test-app.ts';
import { cookieOf } from '../test-client.ts';
import type { TestUser } from '../test-client.ts';

const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Version/26.0 Safari/604.1';

let app: TestApp;
const tabs: Tab[] = [];

beforeAll(async () => {
  app = await startTestApp({ gateway: false });
});

afterEach(() => {
  for (const { socket } of tabs.splice(0)) socket.disconnect();
});

afterAll(async () => {
  await app.close();
});

/** Signs somebody in on another device. */
async function signIn({ user, password }: TestUser, userAgent: string): Promise<TestUser> {
  const response = await fetch(app.url + authRoutes.login.path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'User-Agent': userAgent },
    body: JSON.stringify({ email: user.email, password }),
  });
  const { accessToken } = sessionSchema.parse(await response.json());
  return { user, password, accessToken, cookie: cookieOf(response) };
}

async function devicesOf(user: TestUser) {
  const response = await app.send(deviceRoutes.list, {}, user);
  return deviceRoutes.list.response.parse(await response.json());
}

async function currentId(user: TestUser): Promise<SessionId> {
  return (await devicesOf(user)).currentId;
}

async function refresh({ cookie }: TestUser): Promise<number> {
  const response = await fetch(app.url + authRoutes.refresh.path, { method: 'POST', headers: { Cookie: cookie } });
  return response.status;
}

async function connect(user: TestUser): Promise<Tab> {
  const tab = await openTab(app.url, user.accessToken);
  tabs.push(tab);
  return tab;
}

async function expectCutOff({ socket, news }: Tab): Promise<void> {
  await expect.poll(() => socket.connected).toBe(false);
  expect(news.at(-1)).toEqual({ type: 'session-ended' });
}

describe('the list of devices', () => {
  it('names them, says which are connected, and puts the one seen last first', async () => {
    const here = await app.register();
    const there = await signIn(here, phone);
    await connect(here);
    await expect
      .poll(async () => (await devicesOf(there)).items.map(({ name, online }) => [name, online]))
      .toEqual([
        ['Node.js', true],
        ['Safari on iPhone', false],
      ]);
    expect((await devicesOf(there)).currentId).not.toBe(await currentId(here));
  });

  it('shows nobody else’s', async () => {
    const [one, other] = [await app.register(), await app.register()];
    expect((await devicesOf(one)).items.map(({ id }) => id)).toEqual([await currentId(one)]);
    expect((await devicesOf(other)).items).toHaveLength(1);
  });
});

describe('signing a device out', () => {
  it('ends its session and cuts its connections, and leaves the others alone', async () => {
    const here = await app.register();
    const there = await signIn(here, phone);
    const [own, gone] = [await connect(here), await connect(there)];
    const response = await app.send(deviceRoutes.signOut, { params: { id: await currentId(there) } }, here);
    expect(response.status).toBe(204);
    await expectCutOff(gone);
    expect(await refresh(there)).toBe(401);
    expect(await refresh(here)).toBe(200);
    expect(own.socket.connected).toBe(true);
  });

  it('happens to all others at once', async () => {
    const here = await app.register();
    const others = [await signIn(here, phone), await signIn(here, 'curl/8')];
    const cut = await Promise.all(others.map(connect));
    expect((await app.send(deviceRoutes.signOutOthers, {}, here)).status).toBe(204);
    for (const tab of cut) await expectCutOff(tab);
    expect((await devicesOf(here)).items).toHaveLength(1);
  });

  it('by itself, on the ordinary way, cuts its connections as well', async () => {
    const here = await app.register();
    const tab = await connect(here);
    const leaving = { method: 'POST', headers: { Cookie: here.cookie } };
    expect((await fetch(app.url + authRoutes.logout.path, leaving)).status).toBe(204);
    await expectCutOff(tab);
  });

  it('of somebody else, or that is not there, is refused', async () => {
    const [here, stranger] = [await app.register(), await app.register()];
    for (const id of [await currentId(stranger), sessionIdSchema.parse(randomUUID())]) {
      const response = await app.send(deviceRoutes.signOut, { params: { id } }, here);
      expect([response.status, await response.json()]).toMatchObject([404, { code: 'session-not-found' }]);
    }
    expect(await refresh(stranger)).toBe(200);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { keepOpen } from '../__fixtures__/keep-open.ts';
import { createSignInWorld, signInAtOnce, targetAt } from './__fixtures__/create-sign-in-world.ts';
import { json, paths, startScriptedServer } from './__fixtures__/start-scripted-server.ts';
import type { Script } from './__fixtures__/start-scripted-server.ts';
import { secretKeys } from './secret-keys.ts';

const signal = AbortSignal.timeout(120_000);
const keep = keepOpen();

/** Rotates: each refresh token works once, and a second try of one ends the grant, as OAuth 2.1 asks. */
async function startRotating(options: { readonly expiresIn?: number; readonly before?: () => Promise<void> } = {}) {
  let generation = 0;
  let isDown = false;
  let refusals = 0;
  const answer: Script = (response, request) => {
    const spent = request.body.get('refresh_token');
    if (isDown) return json({ error: 'server_error' }, 503)(response, request);
    if (spent !== null && spent !== `refresh-${generation}`) {
      refusals += 1;
      return json({ error: 'invalid_grant' }, 400)(response, request);
    }
    generation += 1;
    const token = { access_token: `access-${generation}`, refresh_token: `refresh-${generation}` };
    return json({ ...token, token_type: 'Bearer', expires_in: options.expiresIn ?? 3600 })(response, request);
  };
  const server = keep(
    await startScriptedServer(() => ({
      scripts: {
        [paths.token]: (response, request) =>
          void (options.before?.() ?? Promise.resolve()).then(() => answer(response, request)),
      },
    })),
  );
  return {
    server,
    refusals: () => refusals,
    setDown: (down: boolean) => {
      isDown = down;
    },
  };
}

describe('renewing tokens', () => {
  it('uses the token it has while the authorization server is down, without asking at every call', async () => {
    const { server, setDown } = await startRotating();
    const { signIn, clock } = createSignInWorld();
    const target = targetAt(server.url);
    await signInAtOnce(signIn, target);
    setDown(true);
    clock.now += 3_595_000;
    const before = server.count(paths.token);
    expect(await signIn.token(target, signal)).toBe('access-1');
    expect(await signIn.token(target, signal)).toBe('access-1');
    expect(server.count(paths.token)).toBe(before + 1);

    clock.now += 10_000;
    await expect(signIn.token(target, signal)).rejects.toMatchObject({ code: 'exchange-failed', retryable: true });
    expect(await signIn.isSignedIn('protected', 'ann')).toBe(true);

    setDown(false);
    expect(await signIn.token(target, signal)).toBe('access-2');
  });

  it('keeps nothing, and tells the authorization server, when the user signs out meanwhile', async () => {
    const gate = Promise.withResolvers<void>();
    let isGated = false;
    const { server } = await startRotating({ before: () => (isGated ? gate.promise : Promise.resolve()) });
    const { signIn, clock } = createSignInWorld();
    const target = targetAt(server.url);
    await signInAtOnce(signIn, target);
    isGated = true;
    clock.now += 3_600_001;
    const before = server.count(paths.token);
    const renewed = signIn.token(target, signal);
    await vi.waitFor(() => expect(server.count(paths.token)).toBe(before + 1));
    await signIn.signOut('protected', 'ann');
    gate.resolve();
    expect(await renewed).toBeUndefined();
    expect(await signIn.isSignedIn('protected', 'ann')).toBe(false);
    const revoked = server.requests.filter(({ path }) => path === paths.revoke).map(({ body }) => body.get('token'));
    expect(revoked).toEqual(['refresh-1', 'access-1', 'refresh-2', 'access-2']);
  });

  it('uses the valid token while another process renews it, and waits for that process when it has none', async () => {
    const gate = Promise.withResolvers<void>();
    let isGated = false;
    const { server } = await startRotating({ before: () => (isGated ? gate.promise : Promise.resolve()) });
    const { signIn, another, clock } = createSignInWorld();
    const target = targetAt(server.url);
    await signInAtOnce(signIn, target);
    isGated = true;
    clock.now += 3_590_000;
    const before = server.count(paths.token);
    const renewed = signIn.token(target, signal);
    await vi.waitFor(() => expect(server.count(paths.token)).toBe(before + 1));
    expect(await another.token(target, signal)).toBe('access-1');

    clock.now += 10_001;
    const waiting = another.token(target, signal);
    gate.resolve();
    expect(await renewed).toBe('access-2');
    expect(await waiting).toBe('access-2');
    expect(server.count(paths.token)).toBe(before + 1);
  });

  it('takes over from a process that died while it renewed', async () => {
    const { server } = await startRotating();
    const { signIn, secrets, clock } = createSignInWorld();
    const target = targetAt(server.url);
    await signInAtOnce(signIn, target);
    const key = secretKeys.tokens('protected', 'ann');
    const stored = JSON.parse((await secrets.get(key))?.value ?? '') as object;
    clock.now += 3_600_001;
    await secrets.put(key, JSON.stringify({ ...stored, claim: { id: 'dead', until: clock.now + 20_000 } }));
    const waiting = signIn.token(target, signal);
    clock.now += 20_001;
    expect(await waiting).toBe('access-2');
  });

  it('survives a store that many processes fight over', async () => {
    const { server } = await startRotating({ expiresIn: 10 });
    const { signIn, another, clock } = createSignInWorld();
    const target = targetAt(server.url);
    await signInAtOnce(signIn, target);
    for (let round = 2; round < 6; round += 1) {
      clock.now += 10_001;
      const asking = Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? signIn : another).token(target, signal),
      );
      expect(new Set(await Promise.all(asking))).toEqual(new Set([`access-${round}`]));
    }
  });

  it('spends each refresh token once, in whatever order many processes reach the store', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.boolean(), async (scheduler, isExpired) => {
        const { server, refusals } = await startRotating();
        let isSlow = false;
        const later = async <T>(work: () => Promise<T>): Promise<T> => {
          if (isSlow) await scheduler.schedule(Promise.resolve());
          return work();
        };
        const { signIn, create, clock } = createSignInWorld({
          reach: (store) => ({
            get: (key) => later(() => store.get(key)),
            put: (...given) => later(() => store.put(...given)),
            take: (key) => later(() => store.take(key)),
            remove: (prefix) => later(() => store.remove(prefix)),
          }),
        });
        const target = targetAt(server.url);
        await signInAtOnce(signIn, target);
        clock.now += isExpired ? 3_600_001 : 3_590_000;
        isSlow = true;
        const asking = Array.from({ length: 4 }, () => create().token(target, signal));
        const tokens = new Set(await scheduler.waitFor(Promise.all(asking)));
        expect(refusals()).toBe(0);
        expect(server.requests.filter(({ body }) => body.has('refresh_token'))).toHaveLength(1);
        expect([...tokens].every((token) => token === 'access-2' || (!isExpired && token === 'access-1'))).toBe(true);
        await server.close();
      }),
      { numRuns: 15 },
    );
  });

  it('signs out all the same when the authorization server takes no revocation, and says so', async () => {
    for (const script of [json({}, 503), ((response) => response.destroy()) satisfies Script]) {
      const server = keep(await startScriptedServer(() => ({ scripts: { [paths.revoke]: script } })));
      const { signIn, logged } = createSignInWorld();
      const target = targetAt(server.url);
      await signInAtOnce(signIn, target);
      await signIn.signOut('protected', 'ann');
      expect(await signIn.token(target, signal)).toBeUndefined();
      expect(logged).toEqual(['Tokens could not be revoked']);
    }
  });

  it('does without a refresh token until the token expires', async () => {
    const server = keep(
      await startScriptedServer(() => ({
        scripts: { [paths.token]: json({ access_token: 'only', token_type: 'Bearer', expires_in: 100 }) },
      })),
    );
    const { signIn, clock } = createSignInWorld();
    const target = targetAt(server.url);
    await signInAtOnce(signIn, target);
    clock.now += 99_000;
    expect(await signIn.token(target, signal)).toBe('only');
    clock.now += 1_000;
    expect(await signIn.token(target, signal)).toBeUndefined();
    expect(await signIn.isSignedIn('protected', 'ann')).toBe(false);
  });
});

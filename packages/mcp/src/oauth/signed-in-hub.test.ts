import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { McpTarget } from '../core/mcp-server.ts';
import { createMcpHub } from '../hub/create-mcp-hub.ts';
import { createSignInWorld, redirectUri, targetAt } from './__fixtures__/create-sign-in-world.ts';
import { startOidcProtectedServer } from './__fixtures__/start-oidc-protected-server.ts';
import type { OidcProtectedServer } from './__fixtures__/start-oidc-protected-server.ts';

const signal = AbortSignal.timeout(60_000);
let server: OidcProtectedServer;
beforeAll(async () => {
  server = await startOidcProtectedServer();
});
afterAll(() => server.close());

describe.each(['2025-11-25', '2026-07-28'] as const)('a hub at a protected server of %s', (revision) => {
  it('asks for a sign-in, works with it, asks for more rights, and is out again after signing out', async () => {
    const { signIn, clock } = createSignInWorld();
    const hub = createMcpHub({
      fetch,
      signIn,
      clientInfo: { name: 'parley', version: '1.0.0' },
      environment: {},
      now: Date.now,
      log: () => {},
    });
    const { server: described, holder } = targetAt(server.url);
    const target: McpTarget = { server: { ...described, revision }, holder };
    const call = (name: string) => hub.callTool(target, { name, arguments: {} }, signal);
    async function signInAsAnn() {
      const { authorizationUrl } = await signIn.begin(target, signal);
      await signIn.finish(await server.signIn(authorizationUrl, { redirectUri }), 'ann', signal);
    }

    await expect(hub.tools(target, signal)).rejects.toMatchObject({ code: 'sign-in-needed' });
    expect(hub.status(target)).toMatchObject({ state: 'sign-in-needed' });

    await signInAsAnn();
    await hub.connect(target, signal);
    expect(await call('whoami')).toMatchObject({ content: [{ type: 'text', text: 'ann' }], isError: false });
    await expect(call('write')).rejects.toMatchObject({ code: 'insufficient-scope' });

    await signInAsAnn();
    expect(await call('write')).toMatchObject({ content: [{ type: 'text', text: 'written' }] });

    clock.now += 3_600_001;
    await Promise.all(Array.from({ length: 5 }, () => call('whoami')));
    await server.revokeAll();
    await expect(call('whoami')).rejects.toMatchObject({ code: 'sign-in-needed' });

    await signInAsAnn();
    await hub.connect(target, signal);
    await signIn.signOut('protected', 'ann');
    await expect(call('whoami')).rejects.toMatchObject({ code: 'sign-in-needed' });
    await hub.close();
  });
});

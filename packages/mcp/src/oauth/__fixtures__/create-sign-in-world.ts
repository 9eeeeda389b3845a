import type { McpTarget } from '../../core/mcp-server.ts';
import { createMcpSignIn } from '../create-mcp-sign-in.ts';
import type { McpSecretStore } from '../mcp-secret-store.ts';
import type { McpOAuthSettings, McpSignIn } from '../mcp-sign-in.ts';
import { createMemorySecretStore } from './memory-secret-store.ts';

export const redirectUri = 'http://127.0.0.1:3090/api/mcp/oauth/callback';

/** A target with the server's address and OAuth settings. */
export function targetAt(url: string, oauth: McpOAuthSettings = {}, holder = 'ann'): McpTarget {
  const transport = { type: 'streamable-http' as const, url, headers: {} };
  return { server: { id: 'protected', transport, connectTimeoutMs: 10_000, callTimeoutMs: 30_000, oauth }, holder };
}

/** Two processes that share a secret store, and the clock both go by. */
export function createSignInWorld(
  options: {
    readonly requestMs?: number;
    readonly clientMetadataUrl?: string;
    /** Puts something between the processes and the store they share. */
    readonly reach?: (store: McpSecretStore) => McpSecretStore;
  } = {},
) {
  const clock = { now: Date.now() };
  const logged: string[] = [];
  const now = () => clock.now;
  const secrets = createMemorySecretStore(now);
  const { requestMs = 10_000, clientMetadataUrl } = options;
  const reach = options.reach ?? ((store: McpSecretStore) => store);
  const create = (): McpSignIn =>
    createMcpSignIn({
      fetch,
      secrets: reach(secrets),
      redirectUri,
      clientName: 'Parley',
      now,
      limits: { requestMs },
      log: (_level, message) => logged.push(message),
      ...(clientMetadataUrl !== undefined && { clientMetadataUrl }),
    });
  return { clock, logged, secrets, create, signIn: create(), another: create() };
}

/** Comes back from a browser at once, with a code and whatever else is given. */
export async function signInAtOnce(
  signIn: McpSignIn,
  target: McpTarget,
  extra: Readonly<Record<string, string>> = {},
  signal: AbortSignal = AbortSignal.timeout(30_000),
): Promise<URLSearchParams> {
  const { authorizationUrl } = await signIn.begin(target, signal);
  const asked = new URL(authorizationUrl).searchParams;
  await signIn.finish(new URLSearchParams({ state: asked.get('state') ?? '', code: 'code', ...extra }), target.holder, signal);
  return asked;
}

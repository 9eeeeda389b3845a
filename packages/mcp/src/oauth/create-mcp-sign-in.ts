import { validateClientMetadataUrl } from '@modelcontextprotocol/client';
import type { McpLog } from '../core/mcp-log.ts';
import { createBegin } from './begin-sign-in.ts';
import { createChallengeAnswers } from './challenge-answers.ts';
import { createClientRegistrations } from './client-registration.ts';
import { createFinish } from './finish-sign-in.ts';
import { createMachineSignIn } from './machine-sign-in.ts';
import type { McpSecretStore } from './mcp-secret-store.ts';
import type { McpSignIn } from './mcp-sign-in.ts';
import { createOAuthFetch } from './oauth-fetch.ts';
import { createRenewal } from './renewal.ts';
import { createRevoke } from './revocation.ts';
import { secretKeys } from './secret-keys.ts';
import { readSignIn } from './stored-sign-in.ts';
import { createTokens } from './tokens.ts';

/** Milliseconds a sign-in server may take for one answer, and bytes it may send. */
export interface McpSignInLimits {
  readonly requestMs: number;
  readonly answerBytes: number;
}

const defaultLimits: McpSignInLimits = { requestMs: 10_000, answerBytes: 256 * 1024 };

/**
 * `fetch` is the only way to the network. `redirectUri` is where browsers come back to, and nowhere else;
 * `clientMetadataUrl`, used when it is https, is where `mcpClientMetadataDocument` is served.
 */
export function createMcpSignIn(options: {
  readonly fetch: typeof globalThis.fetch;
  readonly secrets: McpSecretStore;
  readonly redirectUri: string;
  readonly clientMetadataUrl?: string;
  readonly clientName: string;
  readonly now: () => number;
  readonly log?: McpLog;
  readonly limits?: Partial<McpSignInLimits>;
}): McpSignIn {
  const { fetch, secrets, redirectUri, clientName, now, log } = options;
  const { requestMs, answerBytes } = { ...defaultLimits, ...options.limits };
  const clientMetadataUrl =
    options.clientMetadataUrl?.startsWith('https:') === true ? options.clientMetadataUrl : undefined;
  validateClientMetadataUrl(clientMetadataUrl);
  const oauthFetch = createOAuthFetch(fetch, { requestMs, answerBytes });
  const clients = createClientRegistrations({
    fetch: oauthFetch,
    secrets,
    redirectUri,
    clientName,
    now,
    ...(clientMetadataUrl !== undefined && { clientMetadataUrl }),
  });
  const revoke = createRevoke({ oauthFetch, revokeMs: requestMs * 2, ...(log !== undefined && { log }) });
  const renew = createRenewal({ oauthFetch, requestMs, secrets, clients, revoke, now });
  const signInMachine = createMachineSignIn({ oauthFetch, secrets, clients, now });
  const tokens = createTokens({ secrets, renew, signInMachine, renewMs: requestMs * 4, now });
  const begin = createBegin({ fetch, oauthFetch, requestMs, secrets, clients, redirectUri, now });
  const finish = createFinish({ oauthFetch, secrets, clients, redirectUri, now });

  const answerChallenge = createChallengeAnswers({ secrets, tokens, now });

  return {
    begin: (target, signal, beganBy) => unlessAborted(signal, begin(target, signal, beganBy)),
    finish: (query, cameBack, signal) => unlessAborted(signal, finish(query, cameBack, signal)),
    token: (target, signal) => unlessAborted(signal, tokens.current(target, signal)),
    challenged: (target, wwwAuthenticate, signal, rejectedToken) =>
      unlessAborted(signal, answerChallenge(target, wwwAuthenticate, signal, rejectedToken)),
    async signOut(serverId, holder) {
      const stored = await readSignIn(secrets, serverId, holder);
      await secrets.remove(secretKeys.holder(serverId, holder));
      if (stored !== undefined) await revoke(stored.signIn);
    },
    forget: (serverId) => secrets.remove(secretKeys.server(serverId)),
    async isSignedIn(serverId, holder) {
      const found = (await readSignIn(secrets, serverId, holder))?.signIn.tokens;
      return found !== undefined && (found.refreshToken !== undefined || (found.expiresAt ?? Infinity) > now());
    },
  };
}

/** A caller who gave up hears that, not what it did to the request that was under way. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { refreshAuthorization } from '@modelcontextprotocol/client';
import type { McpTarget } from '../core/mcp-server.ts';
import type { ClientRegistrations } from './client-registration.ts';
import { namedIssuers } from './discovery.ts';
import { httpTransportOf } from './http-transport-of.ts';
import type { McpSecretStore } from './mcp-secret-store.ts';
import { McpSignInError } from './mcp-sign-in-error.ts';
import type { OAuthFetch } from './oauth-fetch.ts';
import { readPendingChallenge } from './pending-challenge.ts';
import { readTokens } from './read-tokens.ts';
import type { Revoke } from './revocation.ts';
import { sdkMetadata } from './sdk-metadata.ts';
import { secretKeys } from './secret-keys.ts';
import { isBoundTo, isSameIssuer, readSignIn } from './stored-sign-in.ts';
import type { OAuthClient, StoredSignIn, StoredTokens } from './stored-sign-in.ts';
import { tokenFailure } from './token-failure.ts';

const pollMs = 100;

/** What makes a token good enough: fresh is as wished, valid is what one can make do with. */
export interface TokenDemand {
  readonly isFresh: (tokens: StoredTokens) => boolean;
  readonly isValid: (tokens: StoredTokens) => boolean;
}

/** Undefined: somebody has to sign in. */
export type Renew = (target: McpTarget, demand: TokenDemand, signal: AbortSignal) => Promise<string | undefined>;

/** A stored sign-in whose refresh token only we may spend, at the version that says so. */
interface Claimed {
  readonly signIn: StoredSignIn;
  readonly refreshToken: string;
  readonly version: number;
}

/**
 * Exchanges refresh tokens. Before one is spent it is claimed by compare-and-set, so that of all processes that share
 * the store one spends it, and the others take what it got.
 */
export function createRenewal(options: {
  readonly oauthFetch: OAuthFetch;
  readonly requestMs: number;
  readonly secrets: McpSecretStore;
  readonly clients: ClientRegistrations;
  readonly revoke: Revoke;
  readonly now: () => number;
}): Renew {
  const { oauthFetch, secrets, clients, now } = options;
  const claimMs = options.requestMs * 2;

  function save(target: McpTarget, signIn: StoredSignIn, expect: number): Promise<boolean> {
    return secrets.put(secretKeys.tokens(target.server.id, target.holder), JSON.stringify(signIn), { expect });
  }

  /** Once is enough to see a server move: its own metadata decide. When they cannot be had, the old issuer still stands. */
  async function isStillNamed(target: McpTarget, issuer: string, signal: AbortSignal): Promise<boolean> {
    const serverUrl = httpTransportOf(target).url;
    const of = { serverId: target.server.id, holder: target.holder, serverUrl };
    const metadataUrl = (await readPendingChallenge(secrets, of))?.resourceMetadataUrl;
    try {
      const named = await namedIssuers(oauthFetch(signal, 'discovery-failed'), {
        serverUrl,
        settings: target.server.oauth ?? {},
        ...(metadataUrl !== undefined && { resourceMetadataUrl: metadataUrl }),
      });
      return named === undefined || named.some((name) => isSameIssuer(name, issuer));
    } catch (error) {
      if (error instanceof McpSignInError) return true;
      throw error;
    }
  }

  /** Undefined when somebody else was faster, in whatever they did. */
  async function claim(target: McpTarget, signIn: StoredSignIn, version: number): Promise<Claimed | undefined> {
    const refreshToken = signIn.tokens?.refreshToken;
    const id = randomUUID();
    const claimed = { ...signIn, claim: { id, until: now() + claimMs } };
    if (refreshToken === undefined || !(await save(target, claimed, version))) return undefined;
    const mine = await readSignIn(secrets, target.server.id, target.holder);
    return mine?.signIn.claim?.id === id ? { signIn, refreshToken, version: mine.version } : undefined;
  }

  /** Ends long before the claim does, so that nobody else has begun. */
  async function exchange(target: McpTarget, { signIn, refreshToken }: Claimed, signal: AbortSignal) {
    const { binding } = signIn;
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(options.requestMs)]);
    const answer = await refreshAuthorization(binding.issuer, {
      metadata: sdkMetadata(binding.authorizationServer, binding.issuer),
      clientInformation: currentClient(target, binding.client),
      refreshToken,
      ...(binding.resource !== undefined && { resource: binding.resource }),
      fetchFn: oauthFetch(bounded, 'exchange-failed'),
    });
    return readTokens(answer, now());
  }

  /** Undefined when nothing came of it and what is stored decides. */
  async function spend(target: McpTarget, claimed: Claimed, signal: AbortSignal): Promise<string | undefined> {
    const { signIn, version } = claimed;
    let tokens: StoredTokens;
    try {
      tokens = await exchange(target, claimed, signal);
    } catch (error) {
      const failure = tokenFailure(error);
      await save(target, failure.isFinal ? withoutTokens(signIn) : signIn, version);
      if (failure.isClientLost) await clients.lost(target.server.id, signIn.binding.issuer);
      if (failure.isFinal) return undefined;
      throw failure.error;
    }
    if (await save(target, { ...signIn, tokens }, version)) return tokens.accessToken;
    // Signed out, or in again, meanwhile: then nobody keeps these.
    await options.revoke({ ...signIn, tokens });
    return undefined;
  }

  /** Undefined when what is stored decides: it has changed, through us or through others. */
  async function renewOnce(
    target: McpTarget,
    { signIn, version }: { readonly signIn: StoredSignIn; readonly version: number },
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const canRefresh = signIn.tokens?.refreshToken !== undefined;
    if (canRefresh && (await isStillNamed(target, signIn.binding.issuer, signal))) {
      const claimed = await claim(target, signIn, version);
      return claimed && spend(target, claimed, signal);
    }
    await save(target, withoutTokens(signIn), version);
    return undefined;
  }

  return async (target, { isFresh, isValid }, signal) => {
    for (;;) {
      signal.throwIfAborted();
      const stored = await readSignIn(secrets, target.server.id, target.holder);
      const tokens = stored?.signIn.tokens;
      if (stored === undefined || tokens === undefined || !isBoundTo(stored.signIn.binding, target)) return undefined;
      const isClaimed = (stored.signIn.claim?.until ?? 0) > now();
      const isEnough = isClaimed || tokens.refreshToken === undefined ? isValid(tokens) : isFresh(tokens);
      if (isEnough) return tokens.accessToken;
      if (isClaimed) {
        await sleep(pollMs, undefined, { signal });
        continue;
      }
      const token = await renewOnce(target, stored, signal);
      if (token !== undefined) return token;
    }
  };
}

function withoutTokens({ binding, stepUps }: StoredSignIn): StoredSignIn {
  return { binding, stepUps };
}

/** A secret that was changed in the settings holds for old sign-ins too. */
function currentClient(target: McpTarget, client: OAuthClient): OAuthClient {
  const secret = target.server.oauth?.clientSecret;
  return target.server.oauth?.clientId === client.client_id && secret !== undefined
    ? { ...client, client_secret: secret }
    : client;
}

import { randomBytes } from 'node:crypto';
import { startAuthorization } from '@modelcontextprotocol/client';
import type { McpTarget } from '../core/mcp-server.ts';
import type { ClientRegistrations } from './client-registration.ts';
import { discover } from './discovery.ts';
import type { Discovery } from './discovery.ts';
import { httpTransportOf } from './http-transport-of.ts';
import type { McpSecretStore } from './mcp-secret-store.ts';
import type { McpSignIn } from './mcp-sign-in.ts';
import { McpSignInError } from './mcp-sign-in-error.ts';
import type { OAuthFetch } from './oauth-fetch.ts';
import { notePendingChallenge, readPendingChallenge } from './pending-challenge.ts';
import type { PendingChallenge } from './pending-challenge.ts';
import { probe } from './probe.ts';
import { chooseScope } from './scope-choice.ts';
import { sdkMetadata } from './sdk-metadata.ts';
import { saveFlow } from './stored-flow.ts';
import { readSignIn } from './stored-sign-in.ts';
import type { SignInBinding } from './stored-sign-in.ts';

/** Begins sign-ins: everything that must outlive the user's way through the browser is in the secret store. */
export function createBegin(options: {
  readonly fetch: typeof globalThis.fetch;
  readonly oauthFetch: OAuthFetch;
  readonly requestMs: number;
  readonly secrets: McpSecretStore;
  readonly clients: ClientRegistrations;
  readonly redirectUri: string;
  readonly now: () => number;
}): McpSignIn['begin'] {
  const { secrets, clients } = options;

  async function challengeOf(target: McpTarget, signal: AbortSignal): Promise<PendingChallenge | undefined> {
    const transport = httpTransportOf(target);
    const of = { serverId: target.server.id, holder: target.holder, serverUrl: transport.url };
    const pending = await readPendingChallenge(secrets, of);
    if (pending !== undefined) return pending;
    const challenge = await probe(options.fetch, transport, { signal, requestMs: options.requestMs });
    if (challenge === undefined) return undefined;
    await notePendingChallenge(options, of, challenge);
    return readPendingChallenge(secrets, of);
  }

  async function bind(
    target: McpTarget,
    challenge: PendingChallenge | undefined,
    signal: AbortSignal,
  ): Promise<SignInBinding> {
    const settings = target.server.oauth ?? {};
    const serverUrl = httpTransportOf(target).url;
    const discovery = await discover(options.oauthFetch(signal, 'discovery-failed'), {
      serverUrl,
      settings,
      ...(challenge?.resourceMetadataUrl !== undefined && { resourceMetadataUrl: challenge.resourceMetadataUrl }),
    });
    requirePkce(discovery, settings.skipPkceCheck === true);
    const earlier = (await readSignIn(secrets, target.server.id, target.holder))?.signIn;
    const previous = earlier?.binding.serverUrl === serverUrl ? earlier : undefined;
    const scope = chooseScope({ settings, discovery, challenge, previous });
    return {
      serverUrl,
      issuer: discovery.issuer,
      authorizationServer: discovery.authorizationServer,
      client: await clients.clientFor({ target, discovery, scope, signal }),
      ...(settings.sendResource !== false && { resource: discovery.resource }),
      ...(scope !== undefined && { requestedScope: scope }),
    };
  }

  return async (target, signal, beganBy = target.holder) => {
    if (target.server.oauth?.grant === 'client_credentials') {
      throw new McpSignInError('refused', 'This server is used with an account of its own; nobody needs to sign in.');
    }
    const challenge = await challengeOf(target, signal);
    const binding = await bind(target, challenge, signal);
    const state = randomBytes(32).toString('base64url');
    const { authorizationUrl, codeVerifier } = await startAuthorization(binding.issuer, {
      metadata: sdkMetadata(binding.authorizationServer, binding.issuer),
      clientInformation: binding.client,
      redirectUrl: options.redirectUri,
      state,
      ...(binding.requestedScope !== undefined && { scope: binding.requestedScope }),
      ...(binding.resource !== undefined && { resource: binding.resource }),
    });
    const flowId = await saveFlow(options, state, {
      serverId: target.server.id,
      holder: target.holder,
      beganBy,
      verifier: codeVerifier,
      binding,
      ...(challenge?.isStepUp === true && { stepUpScope: challenge.scope ?? '' }),
    });
    return { authorizationUrl: authorizationUrl.href, flowId };
  };
}

function requirePkce(discovery: Discovery, isSkipped: boolean): void {
  if (discovery.supportsPkce !== false || isSkipped) return;
  throw new McpSignInError('discovery-failed', 'The sign-in server does not protect sign-ins with PKCE (S256).');
}

import {
  exchangeAuthorization,
  IssuerMismatchError,
  validateAuthorizationResponseIssuer,
} from '@modelcontextprotocol/client';
import type { ClientRegistrations } from './client-registration.ts';
import type { McpSecretStore } from './mcp-secret-store.ts';
import type { McpSignIn } from './mcp-sign-in.ts';
import { McpSignInError } from './mcp-sign-in-error.ts';
import type { OAuthFetch } from './oauth-fetch.ts';
import { readTokens } from './read-tokens.ts';
import { sdkMetadata } from './sdk-metadata.ts';
import { secretKeys } from './secret-keys.ts';
import { takeFlow } from './stored-flow.ts';
import type { Flow } from './stored-flow.ts';
import { readSignIn } from './stored-sign-in.ts';
import type { SignInBinding, StoredSignIn, StoredTokens } from './stored-sign-in.ts';
import { tokenFailure } from './token-failure.ts';

const stepUpsKept = 20;

/** Ends sign-ins that were begun, in whatever process. */
export function createFinish(options: {
  readonly oauthFetch: OAuthFetch;
  readonly secrets: McpSecretStore;
  readonly clients: ClientRegistrations;
  readonly redirectUri: string;
  readonly now: () => number;
}): McpSignIn['finish'] {
  const { secrets, clients, oauthFetch, now } = options;

  async function exchange(flow: Flow, query: URLSearchParams, signal: AbortSignal): Promise<StoredTokens> {
    const { binding, verifier } = flow;
    const iss = only(query, 'iss');
    const isVouched = binding.authorizationServer.validatedIssuer !== undefined;
    try {
      const answer = await exchangeAuthorization(binding.issuer, {
        metadata: sdkMetadata(binding.authorizationServer, binding.issuer),
        clientInformation: binding.client,
        authorizationCode: codeOf(query),
        codeVerifier: verifier,
        redirectUri: options.redirectUri,
        ...(iss !== undefined && isVouched && { iss }),
        ...(binding.resource !== undefined && { resource: binding.resource }),
        fetchFn: oauthFetch(signal, 'exchange-failed'),
      });
      return readTokens(answer, now());
    } catch (error) {
      const failure = tokenFailure(error);
      if (failure.isClientLost) await clients.lost(flow.serverId, binding.issuer);
      throw failure.error;
    }
  }

  /** Sign-ins for more rights are counted on from one to the next. */
  async function keep({ serverId, holder, binding, stepUpScope }: Flow, tokens: StoredTokens): Promise<void> {
    const earlier = (await readSignIn(secrets, serverId, holder))?.signIn.stepUps ?? [];
    const latest = stepUpScope === undefined ? [] : [{ scope: stepUpScope, at: now() }];
    const signIn: StoredSignIn = { binding, tokens, stepUps: [...earlier, ...latest].slice(-stepUpsKept) };
    await secrets.put(secretKeys.tokens(serverId, holder), JSON.stringify(signIn));
    await secrets.remove(secretKeys.challenge(serverId, holder));
    await clients.finished(serverId, binding.issuer);
  }

  return async (query, cameBack, signal) => {
    const flow = await takeFlow(options, only(query, 'state'));
    if (flow.beganBy !== cameBack) {
      throw new McpSignInError('wrong-user', 'Somebody else began this sign-in. Please begin it yourself.');
    }
    checkIssuer(flow.binding, query);
    checkAnswer(query);
    await keep(flow, await exchange(flow, query, signal));
    return { serverId: flow.serverId, holder: flow.holder };
  };
}

/** RFC 9207, before anything else of the answer is believed. */
function checkIssuer({ authorizationServer }: SignInBinding, query: URLSearchParams): void {
  const { validatedIssuer, authorization_response_iss_parameter_supported: isPromised } = authorizationServer;
  const given = query.getAll('iss');
  try {
    if (given.length > 1) throw new IssuerMismatchError('authorization_response', validatedIssuer, undefined);
    validateAuthorizationResponseIssuer({
      iss: given[0],
      expectedIssuer: validatedIssuer,
      issParameterSupported: isPromised === true,
    });
  } catch (error) {
    if (!(error instanceof IssuerMismatchError)) throw error;
    throw new McpSignInError('issuer-mismatch', 'The answer comes from another sign-in server than was asked.');
  }
}

function checkAnswer(query: URLSearchParams): void {
  const error = query.get('error');
  if (error === null) return;
  if (error === 'access_denied') throw new McpSignInError('refused', 'The sign-in was declined.');
  const retryable = error === 'server_error' || error === 'temporarily_unavailable';
  throw new McpSignInError('refused', 'The sign-in server refused the sign-in.', { retryable });
}

function codeOf(query: URLSearchParams): string {
  const code = only(query, 'code');
  if (code !== undefined) return code;
  throw new McpSignInError('refused', 'The sign-in server sent nothing to sign in with.');
}

/** A parameter that is there exactly once (OAuth 2.1 section 3.1), and not empty. */
function only(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  return values.length === 1 && values[0] !== '' ? values[0] : undefined;
}

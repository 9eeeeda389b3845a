import { isStrictScopeSuperset } from '@modelcontextprotocol/client';
import type { McpTarget } from '../core/mcp-server.ts';
import { readChallenge } from './challenge.ts';
import type { Challenge } from './challenge.ts';
import { httpTransportOf } from './http-transport-of.ts';
import type { McpSecretStore } from './mcp-secret-store.ts';
import type { McpChallengeAnswer, McpSignIn } from './mcp-sign-in.ts';
import { notePendingChallenge } from './pending-challenge.ts';
import { readSignIn } from './stored-sign-in.ts';
import type { Tokens } from './tokens.ts';

/** Sign-ins a server may ask for on top of each other in an hour: for the same scopes, and in all. */
const sameStepUps = 2;
const stepUps = 10;
const stepUpMs = 60 * 60_000;

/** Answers 401 and 403 so that neither a token nor a person is ever sent round in circles. */
export function createChallengeAnswers(options: {
  readonly secrets: McpSecretStore;
  readonly tokens: Tokens;
  readonly now: () => number;
}): McpSignIn['challenged'] {
  const { secrets, tokens, now } = options;

  async function answerStepUp(target: McpTarget, challenge: Challenge): Promise<McpChallengeAnswer> {
    if (target.server.oauth?.grant === 'client_credentials') return 'refused';
    const stored = await readSignIn(secrets, target.server.id, target.holder);
    const recent = stored?.signIn.stepUps.filter(({ at }) => at > now() - stepUpMs) ?? [];
    const same = recent.filter(({ scope }) => !isStrictScopeSuperset(challenge.scope, scope));
    if (same.length >= sameStepUps || recent.length >= stepUps) return 'refused';
    await note(target, challenge);
    return 'sign-in-needed';
  }

  function note(target: McpTarget, challenge: Challenge): Promise<void> {
    const of = { serverId: target.server.id, holder: target.holder, serverUrl: httpTransportOf(target).url };
    return notePendingChallenge(options, of, challenge);
  }

  return async (target, wwwAuthenticate, signal, rejectedToken) => {
    if (rejectedToken !== undefined && (await tokens.isReplaced(target, rejectedToken))) return 'retry';
    const challenge = readChallenge(wwwAuthenticate);
    if (challenge.isInsufficientScope) return answerStepUp(target, challenge);
    await note(target, challenge);
    return (await tokens.replace(target, rejectedToken, signal)) ? 'retry' : 'sign-in-needed';
  };
}

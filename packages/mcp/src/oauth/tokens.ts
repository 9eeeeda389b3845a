import type { McpTarget } from '../core/mcp-server.ts';
import type { McpSecretStore } from './mcp-secret-store.ts';
import { McpSignInError } from './mcp-sign-in-error.ts';
import type { Renew, TokenDemand } from './renewal.ts';
import { createRenewalLimit } from './renewal-limit.ts';
import { secretKeys } from './secret-keys.ts';
import { createSingleFlight } from './single-flight.ts';
import { isBoundTo, readSignIn } from './stored-sign-in.ts';
import type { StoredSignIn, StoredTokens } from './stored-sign-in.ts';

const earlyMs = 60_000;
/** After a failed early renewal, how long the old token is used without another try. */
const pauseMs = 30_000;

/** The tokens of every target: as stored while they are fresh, else renewed, once at a time. */
export interface Tokens {
  current(target: McpTarget, signal: AbortSignal): Promise<string | undefined>;
  /** Whether there is another token by now than the one that was rejected. */
  isReplaced(target: McpTarget, rejected: string): Promise<boolean>;
  /** Whether there is another token in the end. Without one to compare, whatever is stored counts as rejected. */
  replace(target: McpTarget, rejected: string | undefined, signal: AbortSignal): Promise<boolean>;
}

/** Forced: the server rejected the token, whatever its age. */
type Demand = TokenDemand & { readonly isForced: boolean };

/** `renewMs` bounds a renewal as a whole, whoever waits for it. */
export function createTokens(options: {
  readonly secrets: McpSecretStore;
  readonly renew: Renew;
  readonly signInMachine: (target: McpTarget, signal: AbortSignal) => Promise<StoredSignIn>;
  readonly renewMs: number;
  readonly now: () => number;
}): Tokens {
  const { secrets, now } = options;
  const once = createSingleFlight<string | undefined>();
  const pausedUntil = new Map<string, number>();
  const isTooMany = createRenewalLimit(now);

  const isValid = (tokens: StoredTokens) => (tokens.expiresAt ?? Infinity) > now();
  const isFresh = ({ expiresAt, obtainedAt }: StoredTokens) =>
    expiresAt === undefined || expiresAt - now() > Math.min(earlyMs, (expiresAt - obtainedAt) / 5);

  async function stored(target: McpTarget): Promise<StoredTokens | undefined> {
    const signIn = (await readSignIn(secrets, target.server.id, target.holder))?.signIn;
    return signIn !== undefined && isBoundTo(signIn.binding, target) ? signIn.tokens : undefined;
  }

  async function signInAsMachine(target: McpTarget, signal: AbortSignal): Promise<string | undefined> {
    const signIn = await options.signInMachine(target, signal);
    await secrets.put(secretKeys.tokens(target.server.id, target.holder), JSON.stringify(signIn));
    return signIn.tokens?.accessToken;
  }

  function renewed(target: McpTarget, demand: Demand, signal: AbortSignal): Promise<string | undefined> {
    const key = secretKeys.tokens(target.server.id, target.holder);
    return once(key, signal, async () => {
      if (demand.isForced && isTooMany(key)) return undefined;
      const deadline = AbortSignal.timeout(options.renewMs);
      try {
        if (isMachine(target)) return await signInAsMachine(target, deadline);
        return await options.renew(target, demand, deadline);
      } catch (error) {
        if (!deadline.aborted || error instanceof McpSignInError) throw error;
        const text = 'The sign-in server did not answer in time.';
        throw new McpSignInError('exchange-failed', text, { retryable: true, cause: error });
      }
    });
  }

  async function current(target: McpTarget, signal: AbortSignal): Promise<string | undefined> {
    const key = secretKeys.tokens(target.server.id, target.holder);
    const tokens = await stored(target);
    if (tokens === undefined && !isMachine(target)) return undefined;
    const canWait = tokens !== undefined && isValid(tokens);
    if (canWait && (isFresh(tokens) || (pausedUntil.get(key) ?? 0) > now())) return tokens.accessToken;
    try {
      const token = await renewed(target, { isFresh, isValid, isForced: false }, signal);
      pausedUntil.delete(key);
      return token;
    } catch (error) {
      if (!canWait || !(error instanceof McpSignInError)) throw error;
      for (const [other, until] of pausedUntil) if (until <= now()) pausedUntil.delete(other);
      pausedUntil.set(key, now() + pauseMs);
      return tokens.accessToken;
    }
  }

  async function isReplaced(target: McpTarget, rejected: string): Promise<boolean> {
    const tokens = await stored(target);
    return tokens !== undefined && tokens.accessToken !== rejected && isValid(tokens);
  }

  async function replace(target: McpTarget, rejected: string | undefined, signal: AbortSignal): Promise<boolean> {
    const tokens = await stored(target);
    if (tokens === undefined && !isMachine(target)) return false;
    const refused = rejected ?? tokens?.accessToken;
    const isOther = (other: StoredTokens) => other.accessToken !== refused && isValid(other);
    const token = await renewed(target, { isFresh: isOther, isValid: isOther, isForced: true }, signal);
    return token !== undefined && token !== refused;
  }

  return { current, isReplaced, replace };
}

function isMachine({ server }: McpTarget): boolean {
  return server.oauth?.grant === 'client_credentials';
}

import { toGatewayError } from '../core/gateway-error.ts';
import type { GatewayError } from '../core/gateway-error.ts';

/** What is known of a provider's models. */
export interface ModelListState {
  /** The last list it gave; undefined when it never gave one. */
  readonly models: readonly string[] | undefined;
  /** Why the last look failed. */
  readonly error: GatewayError | undefined;
}

export interface ModelListOptions {
  /** Asks the provider; bounds itself in time. */
  readonly fetch: () => Promise<readonly string[]>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** How long a look at a provider's list is good for, in milliseconds. */
export const listLifetime = 30_000;

/**
 * A provider's list of models, asked for at most every 30 seconds and by one request at a time. Never rejects. A list
 * that is merely old is answered at once and renewed behind the answer; only a provider that gave none is waited for.
 */
export function createModelList({ fetch, now }: ModelListOptions): () => Promise<ModelListState> {
  let state: ModelListState = { models: undefined, error: undefined };
  let lookedAt = -Infinity;
  let running: Promise<ModelListState> | undefined;

  async function look(): Promise<ModelListState> {
    try {
      state = { models: await fetch(), error: undefined };
    } catch (error) {
      state = { models: state.models, error: toGatewayError(error) };
    }
    lookedAt = now();
    running = undefined;
    return state;
  }

  return async () => {
    if (now() - lookedAt < listLifetime) return state;
    running ??= look();
    return state.models === undefined ? running : state;
  };
}

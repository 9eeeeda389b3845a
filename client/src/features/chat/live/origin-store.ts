import type { GenerationId, SessionId } from '@parley/contracts';
import { createStore } from 'zustand/vanilla';

/** The device an answer was asked for on. */
export interface Origin {
  readonly id: SessionId;
  readonly name: string;
}

const mostKept = 50;

/** Where answers were asked for, as far as the news told it since the page was loaded. */
export function createOriginStore() {
  const store = createStore<ReadonlyMap<GenerationId, Origin>>(() => new Map());
  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    add(id: GenerationId, origin: Origin) {
      store.setState((held) => new Map([...held, [id, origin] as const].slice(-mostKept)), true);
    },
    reset: () => store.setState(new Map(), true),
  };
}

import type { DraftPlace } from '@parley/contracts';
import { createStore } from 'zustand/vanilla';
import type { Quote } from '../../live/turn-store.ts';

export type QuotePlaces = ReadonlyMap<DraftPlace, readonly Quote[]>;

/** Where a tab keeps what was quoted and not sent. */
export const quotesKey = 'parley:quotes';

const noQuotes: readonly Quote[] = [];

export type QuoteStore = ReturnType<typeof createQuoteStore>;

/** What the next prompt of each chat is about. Whoever shows it brings back what this tab kept, and keeps it. */
export function createQuoteStore() {
  const store = createStore<QuotePlaces>(() => new Map());
  const set = (place: DraftPlace, quotes: readonly Quote[]) =>
    store.setState(new Map(store.getState()).set(place, quotes), true);
  const of = (place: DraftPlace) => store.getState().get(place) ?? noQuotes;
  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    setState: store.setState,
    subscribe: store.subscribe,
    of,
    set,
    /** What goes with a prompt that is being sent. */
    take(place: DraftPlace): readonly Quote[] {
      const quotes = of(place);
      if (quotes.length > 0) set(place, noQuotes);
      return quotes;
    },
    /** Forgets everything: somebody else may sign in next. */
    reset() {
      store.setState(new Map(), true);
      sessionStorage.removeItem(quotesKey);
    },
  };
}

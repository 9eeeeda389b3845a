import { draftPlaceSchema, messageIdSchema } from '@parley/contracts';
import * as z from 'zod/mini';
import { parseJson } from '../../../../lib/parse-json.ts';
import { quotesKey, type QuoteStore } from './quote-store.ts';

const keptSchema = z.array(
  z.tuple([draftPlaceSchema, z.array(z.object({ text: z.string(), messageId: messageIdSchema }))]),
);

const kept = new WeakSet<QuoteStore>();

/**
 * Brings back what this tab had quoted before the page was loaded, and keeps what is quoted from now on. A full or
 * forbidden storage loses quotes with the page, nothing else.
 */
export function keepQuotes(store: QuoteStore): void {
  if (kept.has(store)) return;
  kept.add(store);
  const found = keptSchema.safeParse(parseJson(sessionStorage.getItem(quotesKey) ?? '')).data ?? [];
  store.setState(new Map([...found, ...store.getState()]), true);
  store.subscribe((places) => {
    const held = [...places].filter(([, quotes]) => quotes.length > 0);
    try {
      if (held.length === 0) sessionStorage.removeItem(quotesKey);
      else sessionStorage.setItem(quotesKey, JSON.stringify(held));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  });
}

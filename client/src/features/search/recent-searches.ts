import * as z from 'zod/mini';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

const storedSchema = z.object({ texts: z.array(z.string()) });
type Recent = z.infer<typeof storedSchema>;

const most = 8;
const nothing: Recent = { texts: [] };

/** What was searched for lately in this browser, the newest first, kept under `parley:searches`. */
export const useRecentSearches = create<Recent>()(
  persist(() => nothing, {
    name: 'parley:searches',
    version: 1,
    merge: (stored, initial) => z.safeParse(storedSchema, stored).data ?? initial,
  }),
);

/** Remembers a search that led somewhere. */
export function rememberSearch(text: string): void {
  const wanted = text.trim();
  if (wanted === '') return;
  useRecentSearches.setState(({ texts }) => ({
    texts: [wanted, ...texts.filter((other) => other !== wanted)].slice(0, most),
  }));
}

export function forgetSearches(): void {
  useRecentSearches.setState(nothing);
}

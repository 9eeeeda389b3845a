import * as z from 'zod/mini';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

const storedSchema = z.object({ ids: z.array(z.string()) });

type Recent = z.infer<typeof storedSchema>;

const most = 20;
const nothing: Recent = { ids: [] };

/** What was chosen in the palette lately in this browser, the newest first, kept under `parley:palette`. */
export const useRecentEntries = create<Recent>()(
  persist(() => nothing, {
    name: 'parley:palette',
    version: 1,
    merge: (stored, initial) => z.safeParse(storedSchema, stored).data ?? initial,
  }),
);

/** Remembers that an entry was chosen. */
export function rememberEntry(id: string): void {
  useRecentEntries.setState(({ ids }) => ({ ids: [id, ...ids.filter((other) => other !== id)].slice(0, most) }));
}

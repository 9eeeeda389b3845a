import * as z from 'zod/mini';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

const choiceSchema = z.object({ scope: z.enum(['path', 'branches', 'all']), startHere: z.boolean() });

/** What a fork takes along, as it was chosen last in this browser. */
export type ForkChoice = z.infer<typeof choiceSchema>;

/** The choice a fork begins with, kept in localStorage under `parley:fork`. */
export const useForkChoice = create<ForkChoice>()(
  persist((): ForkChoice => ({ scope: 'path', startHere: false }), {
    name: 'parley:fork',
    version: 1,
    merge: (stored, initial) => {
      const parsed = z.safeParse(choiceSchema, stored);
      return parsed.success ? parsed.data : initial;
    },
  }),
);

import * as z from 'zod/mini';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

/** The narrowest and the widest a side panel can be, in per cent of the room it shares. */
export const panelWidths = { min: 40, max: 60 } as const;

const storedSchema = z.object({ percent: z.number().check(z.minimum(panelWidths.min), z.maximum(panelWidths.max)) });

/** How wide side panels are, kept in localStorage under `parley:side-panel`. */
export const usePanelWidth = create<z.infer<typeof storedSchema>>()(
  persist(() => ({ percent: 44 }), {
    name: 'parley:side-panel',
    version: 1,
    merge: (stored, initial) => {
      const parsed = z.safeParse(storedSchema, stored);
      return parsed.success ? parsed.data : initial;
    },
  }),
);

/** Makes side panels as wide as somebody wishes, within what they may be. */
export function setPanelWidth(percent: number): void {
  usePanelWidth.setState({ percent: Math.min(panelWidths.max, Math.max(panelWidths.min, percent)) });
}

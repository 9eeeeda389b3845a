import * as z from 'zod/mini';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { languages } from './i18n/languages.ts';

const preferencesSchema = z.object({
  /** `browser`: the first of its languages that the interface speaks. */
  language: z.enum(['browser', ...languages]),
  theme: z.enum(['system', 'light', 'dark']),
  /** `more`: text and lines stand out as far as they can. */
  contrast: z.enum(['normal', 'more']),
  /** Of the accent, in degrees of OKLCH. */
  hue: z.int().check(z.minimum(0), z.maximum(359)),
  /** What a screen reader is told of an answer, beside that it needs its user. */
  announcements: z.enum(['off', 'status', 'sentences', 'end']),
  /** Size of answers in CSS pixels. */
  textSize: z.int().check(z.minimum(14), z.maximum(20)),
  density: z.enum(['comfortable', 'compact']),
  /** The key that sends; the other one begins a new line. Ctrl+Enter always sends. */
  sendKey: z.enum(['enter', 'ctrl-enter']),
  /** Whether shortcuts of one key act outside text fields. */
  singleKeys: z.boolean(),
  /** Keys of one's own in the place of a shortcut's, by its id. */
  keys: z.record(z.string(), z.string()),
  /** Whether the desktop tells of an answer that is ready while nobody looks. */
  notify: z.boolean(),
  sidebarOpen: z.boolean(),
  /** What new chats begin with, as long as it is offered; `null`: what was chosen last. */
  beginWith: z.nullable(z.object({ endpoint: z.string(), model: z.string() })),
});

/** How this person likes the interface in this browser. */
export type Preferences = z.infer<typeof preferencesSchema>;

export const defaultPreferences: Preferences = {
  language: 'browser',
  theme: 'system',
  contrast: 'normal',
  hue: 262,
  announcements: 'end',
  textSize: 16,
  density: 'comfortable',
  sendKey: 'enter',
  singleKeys: true,
  keys: {},
  notify: false,
  sidebarOpen: true,
  beginWith: null,
};

/** Preferences, kept in localStorage under `parley:preferences`; the first script of index.html reads theme and language there. */
export const usePreferences = create<Preferences>()(
  persist(() => defaultPreferences, {
    name: 'parley:preferences',
    version: 1,
    merge: (stored) => readPreferences(stored),
  }),
);

/** Changes some preferences and keeps them. */
export function setPreferences(change: Partial<Preferences>): void {
  usePreferences.setState(change);
}

/** What was stored, field by field; anything unreadable falls back to its default. */
export function readPreferences(stored: unknown): Preferences {
  if (typeof stored !== 'object' || stored === null) return defaultPreferences;
  const merged = { ...defaultPreferences, ...stored };
  const parsed = z.safeParse(preferencesSchema, merged);
  if (parsed.success) return parsed.data;
  const broken = new Set(parsed.error.issues.map((issue) => issue.path[0]));
  const kept = Object.fromEntries(Object.entries(stored).filter(([name]) => !broken.has(name)));
  return z.parse(preferencesSchema, { ...defaultPreferences, ...kept });
}

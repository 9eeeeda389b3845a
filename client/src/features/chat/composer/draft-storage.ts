import { draftPlaceSchema } from '@parley/contracts';
import type { DraftPlace, UserId } from '@parley/contracts';
import * as z from 'zod/mini';
import { parseJson } from '../../../lib/parse-json.ts';

const prefix = 'parley:draft:';
const ownerKey = 'parley:draft-owner';
/** What all of it begins with, the files beside a draft included. */
const anyPrefix = 'parley:draft';

/** Where the files beside a draft are kept, so that they are forgotten with it. */
export const draftFilesPrefix = 'parley:draft-files:';

const storedSchema = z.object({
  text: z.string(),
  /** When the server last changed it, by its clock; `null` when it never had it. */
  savedAt: z.nullable(z.string()),
  /** Whether the server does not have this text yet. */
  unsaved: z.boolean(),
});

/** What was typed in a place and not sent, as this browser keeps it. */
export type StoredDraft = z.infer<typeof storedSchema>;

const noDraft: StoredDraft = { text: '', savedAt: null, unsaved: false };

/** The draft of a place; an empty one where there is none. */
export function readStoredDraft(place: DraftPlace): StoredDraft {
  const value = localStorage.getItem(prefix + place);
  if (value === null) return noDraft;
  const parsed = storedSchema.safeParse(parseJson(value));
  if (parsed.success) return parsed.data;
  // Kept by an earlier version, which knew only the text.
  return { text: value, savedAt: null, unsaved: true };
}

/** Keeps a draft. A full or forbidden storage loses drafts, nothing else. */
export function storeDraft(place: DraftPlace, draft: StoredDraft): void {
  try {
    if (draft.text === '' && !draft.unsaved) localStorage.removeItem(prefix + place);
    else localStorage.setItem(prefix + place, JSON.stringify(draft));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

/** Where drafts are kept in this browser. */
export function storedPlaces(): DraftPlace[] {
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(prefix))
    .flatMap((key) => draftPlaceSchema.safeParse(key.slice(prefix.length)).data ?? []);
}

/** Keeps the drafts of one person from the next: those of anybody else are forgotten. */
export function claimStoredDrafts(userId: UserId): void {
  const owner = localStorage.getItem(ownerKey);
  if (owner !== null && owner !== userId) forgetStoredDrafts();
  try {
    localStorage.setItem(ownerKey, userId);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

/** Forgets all drafts, because somebody else may sign in next. */
export function forgetStoredDrafts(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(anyPrefix)) localStorage.removeItem(key);
}

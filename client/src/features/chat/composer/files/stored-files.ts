import { draftPlaceSchema, fileRefSchema } from '@parley/contracts';
import type { DraftPlace, FileRef } from '@parley/contracts';
import * as z from 'zod/mini';
import { parseJson } from '../../../../lib/parse-json.ts';
import { draftFilesPrefix } from '../draft-storage.ts';

/** The server keeps what no prompt has brought along for a day. */
const keptMs = 20 * 60 * 60 * 1000;

const storedSchema = z.object({ at: z.number(), files: z.array(fileRefSchema) });

/** The uploaded files of unsent prompts, as this browser keeps them beside the drafts. */
export function readStoredFiles(): [DraftPlace, FileRef[]][] {
  return Object.keys(localStorage).flatMap((key) => {
    if (!key.startsWith(draftFilesPrefix)) return [];
    const place = draftPlaceSchema.safeParse(key.slice(draftFilesPrefix.length)).data;
    const stored = storedSchema.safeParse(parseJson(localStorage.getItem(key) ?? '')).data;
    if (place !== undefined && stored && stored.at + keptMs > Date.now()) return [[place, stored.files]];
    localStorage.removeItem(key);
    return [];
  });
}

/** Keeps the files of a place. A full or forbidden storage loses them with the page, nothing else. */
export function storeFiles(place: DraftPlace, files: readonly FileRef[]): void {
  try {
    if (files.length === 0) localStorage.removeItem(draftFilesPrefix + place);
    else localStorage.setItem(draftFilesPrefix + place, JSON.stringify({ at: Date.now(), files }));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

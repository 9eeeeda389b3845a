import { checkFileName } from '../core/file-name.ts';
import type { CollectLimits } from '../engine/sandbox-engine.ts';
import { nameOf, type FileState, type ListedEntry } from './listing.ts';
import type { SkipNote } from './skip-notes.ts';

export interface KnownFile extends FileState {
  readonly sha256: string;
}

/** What a collection has to do. */
export interface CollectionPlan {
  /** Known files that are gone, or are no plain files any more. */
  readonly removed: readonly string[];
  /** Files to be fetched: they changed, or are new. */
  readonly wanted: ReadonlyMap<string, ListedEntry>;
  /** What is there and cannot be kept. */
  readonly skipped: readonly SkipNote[];
}

interface Candidate {
  readonly name: string;
  readonly entry: ListedEntry;
}

const notUtf8 = 'its name is not UTF-8';

const kinds: Readonly<Record<string, string>> = {
  l: 'it is a link',
  p: 'it is a pipe',
  s: 'it is a socket',
  b: 'it is a device',
  c: 'it is a device',
};

/**
 * Compares what a box holds with what is known of it. Files that were known go before new ones, by name, so that the
 * same files are kept whenever the same program runs. Sizes are judged before anything is read.
 */
export function planCollection(
  listed: readonly ListedEntry[],
  hashes: ReadonlyMap<string, string>,
  known: ReadonlyMap<string, KnownFile>,
  limits: CollectLimits,
): CollectionPlan {
  const skipped: SkipNote[] = [];
  const present = new Set<string>();
  const candidates: Candidate[] = [];

  for (const entry of listed) {
    if (isFolderWithin(entry) || isBytecode(entry)) continue;
    const name = nameOf(entry.rawName);
    const reason = refusal(entry, name);
    if (name === undefined || reason !== undefined) {
      skipped.push({ name: name ?? readable(entry.rawName), reason: reason ?? notUtf8 });
      continue;
    }
    present.add(name);
    const before = known.get(name);
    if (before === undefined || isChanged(before, entry, hashes)) candidates.push({ name, entry });
  }

  const wanted = new Map<string, ListedEntry>();
  let bytes = 0;
  let newFiles = 0;
  for (const { name, entry } of inOrder(candidates, known)) {
    const isKnown = known.has(name);
    const reason = overLimit(entry.size, { bytes, newFiles, isKnown }, limits);
    if (reason !== undefined) {
      skipped.push({ name, reason });
      continue;
    }
    wanted.set(name, entry);
    bytes += entry.size;
    if (!isKnown) newFiles += 1;
  }

  const removed = [...known.keys()].filter((name) => !present.has(name));
  return { removed, wanted, skipped };
}

/** Folders are nothing themselves, except those that are deeper than a file may be. */
function isFolderWithin({ type, rawName }: ListedEntry): boolean {
  return type === 'd' && rawName.split('/').length <= 8;
}

/** What Python leaves beside a module that it imported: not worth a word. */
function isBytecode({ rawName }: ListedEntry): boolean {
  return rawName.split('/').includes('__pycache__');
}

/** Why it cannot be kept, or `undefined` when it can. */
function refusal({ type }: ListedEntry, name: string | undefined): string | undefined {
  const badName = name === undefined ? notUtf8 : checkFileName(name);
  if (badName !== undefined) return badName;
  return type === 'f' ? undefined : (kinds[type] ?? 'it is not a plain file');
}

function isChanged(before: KnownFile, now: ListedEntry, hashes: ReadonlyMap<string, string>): boolean {
  if (before.size !== now.size || before.changed !== now.changed || before.inode !== now.inode) return true;
  // A write through a shared mapping leaves the times of a tmpfs file as they were.
  return hashes.get(now.rawName) !== before.sha256;
}

function inOrder(candidates: readonly Candidate[], known: ReadonlyMap<string, KnownFile>): Candidate[] {
  const rank = ({ name }: Candidate) => (known.has(name) ? 0 : 1);
  return candidates.toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

function overLimit(
  size: number,
  sofar: { readonly bytes: number; readonly newFiles: number; readonly isKnown: boolean },
  limits: CollectLimits,
): string | undefined {
  if (!(size <= limits.fileBytes)) return `it is larger than ${megabytes(limits.fileBytes)}`;
  if (!sofar.isKnown && sofar.newFiles >= limits.newFiles) return `a run keeps at most ${limits.newFiles} new files`;
  if (sofar.bytes + size > limits.newBytes) return `a run keeps at most ${megabytes(limits.newBytes)}`;
  return undefined;
}

function megabytes(bytes: number): string {
  return `${Math.floor((bytes / 1024 / 1024) * 10) / 10} MB`;
}

function readable(rawName: string): string {
  return Buffer.from(rawName, 'latin1').toString('utf8');
}

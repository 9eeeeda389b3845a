import type { CollectLimits } from '../engine/sandbox-engine.ts';
import type { BoxDeadline } from './box-deadline.ts';
import { inOnePiece, runInFolder, type BoxFolder } from './box-folder.ts';
import { hashCommand, listCommand, mostListingBytes, nameList, parseHashes, parseListing } from './listing.ts';
import { planCollection, type CollectionPlan, type KnownFile } from './plan-collection.ts';
import { readTar, type TarFile } from './read-tar.ts';
import { createRecordReader } from './record-reader.ts';

/** The list, the hashes of what looks unchanged, and then whatever it is asked for on its stdin. */
const script =
  `${listCommand}; ${hashCommand};` +
  ' exec tar -c -f - --format=gnu --hard-dereference --no-recursion --ignore-failed-read --no-unquote --null -T -';

/** What a look at a box found. */
export interface Changes {
  readonly plan: CollectionPlan;
  /** The files the plan wants, as they come; those that cannot be read do not come. */
  readonly files: AsyncGenerator<TarFile>;
  /** Resolves when the process has ended, after the end of `files`. */
  readonly end: () => Promise<unknown>;
}

/**
 * Looks at the files of a box, compares them with what is known, and asks for those that changed: one process for all of
 * it, which the end of the deadline ends, too. `undefined` when there are more files than can be looked through.
 */
export async function collectChanges(
  folder: BoxFolder,
  known: ReadonlyMap<string, KnownFile>,
  limits: CollectLimits,
  deadline: BoxDeadline,
): Promise<Changes | undefined> {
  const names = Promise.withResolvers<Uint8Array>();
  try {
    const stdin = inOnePiece(names.promise);
    const looking = await runInFolder(folder, { script, argument: newest(known), stdin }, deadline.signal);
    const reader = createRecordReader(looking.stdout, mostListingBytes);
    const listed = await reader.section();
    const hashes = listed && (await reader.section());
    if (listed === undefined || hashes === undefined) return undefined;
    const plan = planCollection(parseListing(listed), parseHashes(hashes), known, limits);
    names.resolve(nameList([...plan.wanted.values()].map((entry) => entry.rawName)));
    const tarLimits = { wanted: plan.wanted.keys(), fileBytes: limits.fileBytes, totalBytes: limits.newBytes };
    return { plan, files: readTar(reader.rest(), tarLimits, deadline.signal), end: looking.end };
  } catch (error) {
    throw deadline.signal.aborted ? deadline.signal.reason : error;
  } finally {
    names.resolve(new Uint8Array());
  }
}

/** When the latest of the known files was changed; nothing older can be new. */
function newest(known: ReadonlyMap<string, KnownFile>): string {
  return [...known.values()].reduce((latest, { changed }) => (changed > latest ? changed : latest), '');
}

import type Docker from 'dockerode';
import { boxLabels, type BoxOwner } from './box-labels.ts';
import { statusCodeOf } from './engine-error.ts';

const listMs = 15_000;
const removeMs = 20_000;
/** A container that was not started in this time never will be. */
const startingMs = 120_000;

/**
 * Removes containers that nobody owns any more, of this install and, when their time is over, of any; their number. A
 * running one has an owner: it ends with its owner's connection. One that does not run is left over from a process that
 * was killed before it could start it, unless it was just made. Throws when the engine cannot be asked.
 */
export async function reapBoxes(docker: Docker, owner: BoxOwner, bornAt: number): Promise<number> {
  const found = await docker.listContainers({
    all: true,
    filters: { label: [`${boxLabels.box}=1`] },
    abortSignal: AbortSignal.timeout(listMs),
  });
  const now = Date.now();
  const left = found.filter((info) => isLeftOver({ labels: info.Labels, state: info.State }, owner, bornAt, now));
  const removed = await Promise.all(left.map(async ({ Id }) => await removeLeftOver(docker, Id)));
  return removed.filter(Boolean).length;
}

/** Whether a container is one that `reapBoxes` removes. */
export function isLeftOver(
  { labels, state }: { readonly labels: Readonly<Record<string, string>>; readonly state: string },
  owner: BoxOwner,
  bornAt: number,
  now: number,
): boolean {
  if (!(now < Number(labels[boxLabels.until]))) return true;
  if (state === 'running' || labels[boxLabels.runner] === owner.runner) return false;
  const created = Number(labels[boxLabels.created]);
  return now - created > startingMs || (labels[boxLabels.instance] === owner.instance && created < bornAt);
}

async function removeLeftOver(docker: Docker, id: string): Promise<boolean> {
  try {
    await docker.getContainer(id).remove({ force: true, v: true, abortSignal: AbortSignal.timeout(removeMs) });
    return true;
  } catch (error) {
    const code = statusCodeOf(error);
    // Gone, or about to be.
    if (code === 404 || code === 409) return false;
    throw error;
  }
}

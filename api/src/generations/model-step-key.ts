import { createHash } from 'node:crypto';
import type { Turn } from './turn-ports.ts';

/** What the idempotency keys of a turn's model calls begin with: each turn has its own, also a sub-agent's. */
export function keyOf({ generationId, within }: Pick<Turn, 'generationId' | 'within'>): string {
  const innermost = within.at(-1);
  if (innermost === undefined) return generationId;
  // Ids come from models: they may be long, or hold what no header may.
  return `${generationId}:${createHash('sha256').update(innermost).digest('hex').slice(0, 32)}`;
}

/** What the ids of a turn's calls begin with, so that each is the only one in its answer. */
export function callIdPrefix({ within }: Pick<Turn, 'within'>): string {
  const innermost = within.at(-1);
  return innermost === undefined ? '' : `${innermost}/`;
}

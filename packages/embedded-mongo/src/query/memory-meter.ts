import type { Document } from '../bson/document.ts';
import type { Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';

/** What an operation may keep in memory unless the server is started with another limit: 100 MB, as in MongoDB. */
const DEFAULT_MEMORY_LIMIT = 100 * 1024 * 1024;

/** Counts what an operation keeps in memory, and refuses what goes beyond its limit as it arrives. */
export interface MemoryMeter {
  /** Counts a value that is kept and returns its approximate bytes; beyond the limit it throws 292. */
  keep(value: Value | undefined): number;
  /** Counts so many bytes; beyond the limit it throws 292. */
  keepBytes(bytes: number): void;
  /** Gives back bytes that are no longer kept. */
  release(bytes: number): void;
}

/**
 * A meter with a limit in bytes (`View.memoryLimit`; undefined for 100 MB). `stage` is what the error names: `Sort`,
 * or a stage or accumulator such as `$group`. Sizes are those of the BSON form, and something for each object.
 * This store never spills to disk, so the error is the one MongoDB raises without `allowDiskUse`:
 * QueryExceededMemoryLimitNoDiskUseAllowed (manual: "Aggregation Pipeline Limits", "cursor.allowDiskUse()").
 */
export function createMemoryMeter(limit: number = DEFAULT_MEMORY_LIMIT, stage = 'Sort'): MemoryMeter {
  let used = 0;
  const keepBytes = (bytes: number): void => {
    used += bytes;
    if (used > limit) throw new CommandError('QueryExceededMemoryLimitNoDiskUseAllowed', excess(stage, limit));
  };
  return {
    keep: (value) => {
      const bytes = sizeOf(value);
      keepBytes(bytes);
      return bytes;
    },
    keepBytes,
    release: (bytes) => {
      used -= bytes;
    },
  };
}

function excess(stage: string, limit: number): string {
  return stage === 'Sort'
    ? `Sort exceeded memory limit of ${String(limit)} bytes, but did not opt in to external sorting.`
    : `Exceeded memory limit for ${stage}, but didn't allow external sort. Pass allowDiskUse:true to opt in.`;
}

/** Something for the JavaScript object around a value. */
const OBJECT_BYTES = 48;
const SCALAR_BYTES = 16;

function sizeOf(value: Value | undefined): number {
  if (typeof value === 'string') return SCALAR_BYTES + value.length;
  if (typeof value !== 'object' || value === null) return SCALAR_BYTES;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + sizeOf(item), OBJECT_BYTES);
  switch (value.kind) {
    case 'object':
      return sizeOfDocument(value);
    case 'binData':
      return OBJECT_BYTES + value.bytes.length;
    case 'javascript':
    case 'javascriptWithScope':
      return OBJECT_BYTES + value.source.length;
    case 'symbol':
      return OBJECT_BYTES + value.text.length;
    case 'regex':
      return OBJECT_BYTES + value.pattern.length;
    default:
      return OBJECT_BYTES;
  }
}

function sizeOfDocument(document: Document): number {
  const { bytes } = document;
  if (bytes !== undefined) return OBJECT_BYTES + bytes.length;
  let sum = OBJECT_BYTES;
  for (const [name, value] of document.entries()) sum += name.length + sizeOf(value);
  return sum;
}

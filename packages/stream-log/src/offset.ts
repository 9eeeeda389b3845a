import { refusals } from './refusals.ts';
import { nowOffset, type Offset, startOffset } from './stream-log.ts';

const offsetPattern = /^([0-9a-f]{8})_([0-9]{12})$/;

/** One life of a log: a log that is removed and made again has another incarnation, so that old offsets are refused. */
export interface Incarnation {
  readonly id: string;
  /** 8 hexadecimal digits. */
  readonly incarnation: string;
  /** Number of entries, those of a fork's sources included. */
  readonly length: number;
  /** For a fork: the logs it has its first entries from, all the way up. */
  readonly ancestors?: readonly Ancestor[];
}

/** A log whose first `length` entries are also a fork's; so are its offsets up to there. */
export interface Ancestor {
  readonly incarnation: string;
  readonly length: number;
}

/** The offset after `position` entries; of fixed width, so that offsets of one log sort as text. */
export function formatOffset(incarnation: string, position: number): Offset {
  return `${incarnation}_${String(position).padStart(12, '0')}`;
}

/** The parts of an offset that `formatOffset` made; `undefined` for any other text. */
export function parseOffset(offset: Offset): { incarnation: string; position: number } | undefined {
  const [, incarnation, position] = offsetPattern.exec(offset) ?? [];
  return incarnation === undefined ? undefined : { incarnation, position: Number(position) };
}

/** How many entries lie before an offset of `log`. Throws `invalid-offset` for one that `log` never gave out. */
export function positionOf(log: Incarnation, offset: Offset): number {
  if (offset === startOffset) return 0;
  if (offset === nowOffset) return log.length;
  const parsed = parseOffset(offset);
  if (parsed === undefined || parsed.position > reachOf(log, parsed.incarnation)) throw refusals.unknownOffset(log.id);
  return parsed.position;
}

/** Up to which position a log takes offsets of an incarnation; -1 for a stranger's. */
function reachOf(log: Incarnation, incarnation: string): number {
  if (incarnation === log.incarnation) return log.length;
  return log.ancestors?.find((ancestor) => ancestor.incarnation === incarnation)?.length ?? -1;
}

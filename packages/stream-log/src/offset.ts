import { StreamLogError } from './stream-log-error.ts';
import { nowOffset, type Offset, startOffset } from './stream-log.ts';

const offsetPattern = /^([0-9a-f]{8})_([0-9]{12})$/;

/** One life of a log: a log that is removed and made again has another incarnation, so that old offsets are refused. */
export interface Incarnation {
  readonly id: string;
  /** 8 hexadecimal digits. */
  readonly incarnation: string;
  /** Number of entries. */
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
  if (parsed?.incarnation !== log.incarnation || parsed.position > log.length) {
    throw new StreamLogError('invalid-offset', `The log ${log.id} has not given out this offset`);
  }
  return parsed.position;
}

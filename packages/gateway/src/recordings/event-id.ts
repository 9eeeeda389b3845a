import { randomBytes } from 'node:crypto';

const prefixLength = 8;

/** A name for a new call of a recording, from which `isAttemptOf` tells whose it is. */
export function newAttempt(recordingId: string): string {
  return prefixOf(recordingId) + randomBytes(4).toString('hex');
}

/** Whether a call, perhaps an earlier one, was one of that recording. */
export function isAttemptOf(attempt: string, recordingId: string): boolean {
  return attempt.startsWith(prefixOf(recordingId));
}

/** Recording ids end in a digest. */
function prefixOf(recordingId: string): string {
  return recordingId.slice(-prefixLength);
}

/** Where an event stands: which upstream call it came from, and its number in it. */
export interface EventPlace {
  readonly attempt: string;
  /** From 1. */
  readonly number: number;
}

const digits = 8;

/** The text of an SSE `id:` field; ids of one call sort as they were sent. */
export function formatEventId({ attempt, number }: EventPlace): string {
  return `${attempt}-${String(number).padStart(digits, '0')}`;
}

/** The place an id stands for; undefined when the gateway never wrote such an id. */
export function parseEventId(id: string): EventPlace | undefined {
  const [, attempt, number] = /^([0-9a-f]{16})-(\d{8,12})$/.exec(id) ?? [];
  return attempt === undefined ? undefined : { attempt, number: Number(number) };
}

import * as z from 'zod/mini';

const count = z.number();

export const openReplySchema = z.union([
  z.tuple([z.enum(['opened', 'exists'])]),
  z.tuple([z.literal('fenced'), count]),
]);

export const appendReplySchema = z.union([
  z.tuple([z.enum(['written', 'duplicate']), z.string(), count]),
  z.tuple([z.literal('fenced'), count]),
  z.tuple([z.literal('sequence-gap'), count]),
  z.tuple([z.literal('closed')]),
  z.tuple([z.literal('missing')]),
]);

export const readReplySchema = z.union([
  z.tuple([z.literal('missing')]),
  z.tuple([z.literal('found'), z.string(), count, count, z.array(z.string())]),
]);

const streamEntriesSchema = z.array(z.tuple([z.string(), z.array(z.string())]));

/** One entry of a Redis stream: its id, the name of its first field and that field's value. */
export interface StreamEntry {
  readonly id: string;
  readonly field: string;
  readonly value: string;
}

/**
 * XREAD's reply by key; empty for a timeout. RESP2 makes it a list of pairs, RESP3 a map, and ioredis by default a flat
 * list of the two in turn.
 */
export function parseStreams(reply: unknown): Map<string, StreamEntry[]> {
  return new Map(
    pairsOf(reply).map(([key, entries]) => [
      z.parse(z.string(), key),
      z.parse(streamEntriesSchema, entries).map(([id, [field = '', value = '']]) => ({ id, field, value })),
    ]),
  );
}

function pairsOf(reply: unknown): [unknown, unknown][] {
  if (reply === null || reply === undefined) return [];
  if (!Array.isArray(reply)) return Object.entries(reply);
  const list: unknown[] = reply;
  if (Array.isArray(list[0])) return z.parse(z.array(z.tuple([z.unknown(), z.unknown()])), list);
  return list.flatMap((key, index) => (index % 2 === 0 ? [[key, list[index + 1]] satisfies [unknown, unknown]] : []));
}

import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import * as z from 'zod/mini';
import type { Attempt } from './connection.ts';

const controlSchema = z.looseObject({ streamNextOffset: z.string(), streamClosed: z.optional(z.boolean()) });
const entriesSchema = z.array(z.unknown());

/** Asks for a log on a connection of its own; resolves with the beginning of the answer. */
export async function openLog({ url, token, offset, live, signal }: Attempt): Promise<IncomingMessage> {
  const target = new URL(url);
  target.searchParams.set('offset', offset);
  target.searchParams.set('live', live);
  const request = httpRequest(target, { headers: { Authorization: `Bearer ${token}` }, signal, agent: false });
  request.end();
  const [response]: IncomingMessage[] = await once(request, 'response', { signal });
  if (response === undefined) throw new Error('There was no answer.');
  return response;
}

/** Hands on what a long-poll brought. */
export function passOnPoll({ offset, onBatch }: Attempt, { headers }: IncomingMessage, body: string): void {
  const next = headers['stream-next-offset'];
  const entries = entriesSchema.parse(JSON.parse(body));
  onBatch(entries, typeof next === 'string' ? next : offset, headers['stream-closed'] === 'true');
}

/** Takes the text of an event stream; a data event counts once its control event has said where it ends. */
export function createLogParser({ onBatch }: Attempt): { feed(text: string): void } {
  let waiting: unknown[] = [];
  return createParser({
    onEvent({ event, data }) {
      const value: unknown = JSON.parse(data);
      if (event === 'data') waiting.push(...entriesSchema.parse(value));
      if (event !== 'control') return;
      const { streamNextOffset, streamClosed = false } = controlSchema.parse(value);
      const entries = waiting;
      waiting = [];
      onBatch(entries, streamNextOffset, streamClosed);
    },
  });
}

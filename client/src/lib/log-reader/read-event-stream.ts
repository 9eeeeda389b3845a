import { createParser } from 'eventsource-parser';
import * as z from 'zod/mini';
import { type LogBatch, parseEntries } from './log-batch.ts';

const controlSchema = z.object({
  streamNextOffset: z.string(),
  upToDate: z.optional(z.boolean()),
  streamClosed: z.optional(z.boolean()),
});

/**
 * The batches of a Durable Streams response in SSE form. Entries are handed out only together with the `control` event
 * that names the offset after them, so a response that is cut anywhere never yields a batch that must be taken back.
 * `onBytes` hears of every chunk, heartbeat comments included. Throws on what is not that protocol.
 */
export async function* readEventStream(
  body: ReadableStream<Uint8Array>,
  onBytes: () => void,
): AsyncGenerator<LogBatch<unknown>, void, undefined> {
  const ready: LogBatch<unknown>[] = [];
  let entries: unknown[] = [];
  const parser = createParser({
    onEvent({ event, data }) {
      if (event === 'data') {
        entries.push(...parseEntries(data));
      } else if (event === 'control') {
        const control = controlSchema.parse(JSON.parse(data));
        ready.push({
          entries,
          offset: control.streamNextOffset,
          upToDate: control.upToDate ?? false,
          closed: control.streamClosed ?? false,
        });
        entries = [];
      }
    },
  });

  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onBytes();
      parser.feed(decoder.decode(value, { stream: true }));
      yield* ready.splice(0);
    }
  } finally {
    // Also frees the connection when the consumer leaves early; a body that has failed already has nothing to cancel.
    reader.cancel().catch(() => undefined);
  }
}

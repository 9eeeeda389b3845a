import { codeRunEventSchema } from '@parley/contracts';
import type { CodeRunEvent } from '@parley/contracts';
import { createParser } from 'eventsource-parser';
import * as z from 'zod/mini';
import { parseJson } from '../../../../lib/parse-json.ts';

/** Nothing at all for so long, not even a comment (which come every 10 s), means that the connection is dead. Milliseconds. */
const silenceMs = 30_000;

/**
 * The events of a run from a response in SSE form, those of one chunk together. Events of kinds that are not known are
 * left out. Ends with the response, after 30 s of silence, or when `signal` aborts; the last two reject.
 */
export async function* readRunEvents(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<readonly CodeRunEvent[], void, undefined> {
  const ready: CodeRunEvent[] = [];
  const parser = createParser({
    onEvent({ event, data }) {
      const fields = parseJson(data);
      const parsed = z.safeParse(codeRunEventSchema, typeof fields === 'object' ? { type: event, ...fields } : fields);
      if (parsed.success) ready.push(parsed.data);
    },
  });
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await withinSilence(reader.read(), signal);
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      if (ready.length > 0) yield ready.splice(0);
    }
  } finally {
    // A body that has failed already has nothing to cancel.
    reader.cancel().catch(() => undefined);
  }
}

async function withinSilence<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('The connection went silent.')), silenceMs);
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

import type { Answer } from '../core/call.ts';
import type { Codec } from '../core/codec.ts';
import { GatewayError } from '../core/gateway-error.ts';
import type { ModelEvent } from '../core/model-event.ts';
import type { Dialect } from '../core/model-request.ts';
import { createStreamReader, createWholeReader } from '../transport/answer-reader.ts';

/** An answer that came to its end, in the form it came in and as plain events. */
export interface CollectedAnswer {
  /** Whether it came in bytes of the client's dialect. */
  readonly isWire: boolean;
  readonly received: readonly ModelEvent[];
  readonly events: readonly ModelEvent[];
}

export interface CollectorOptions {
  readonly isStream: boolean;
  readonly codecOf: (dialect: Dialect) => Codec | undefined;
  /** Called once, after the last event was handed on, if the answer was whole and not too large. */
  readonly onWhole: (answer: CollectedAnswer) => void;
  /** Hears what went wrong while keeping; the client's answer is not harmed by it. */
  readonly onFault: (error: unknown) => void;
}

const maxBytes = 1024 * 1024;

/** Keeps what passes by on its way to the client, who notices nothing: it gets the very promises of the inner iterator. */
export function collectAnswer(answer: Answer, { isStream, codecOf, onWhole, onFault }: CollectorOptions): Answer {
  let received: ModelEvent[] = [];
  let bytes = 0;

  function keep(batch: readonly ModelEvent[]): void {
    for (const event of batch) bytes += sizeOf(event);
    if (bytes <= maxBytes) received.push(...batch);
    else received = [];
  }
  function settle(): void {
    const kept = received;
    received = [];
    if (kept.at(-1)?.type !== 'finish') return;
    const isWire = kept.some(({ type }) => type === 'wire');
    try {
      const events = isWire ? decode(kept, answer, { isStream, codecOf }) : kept;
      if (events !== undefined) onWhole({ isWire, received: kept, events });
    } catch (error) {
      onFault(error);
    }
  }

  const batches: AsyncIterable<readonly ModelEvent[]> = {
    [Symbol.asyncIterator]() {
      const inner = answer.batches[Symbol.asyncIterator]();
      return {
        next() {
          const step = inner.next();
          step.then(
            ({ done, value }) => (done === true ? settle() : keep(value)),
            () => (received = []),
          );
          return step;
        },
        async return() {
          settle();
          await inner.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
  return { ...answer, batches };
}

/** What the bytes said. Undefined where nobody here can read them. */
function decode(
  received: readonly ModelEvent[],
  { target }: Answer,
  { isStream, codecOf }: Pick<CollectorOptions, 'isStream' | 'codecOf'>,
): readonly ModelEvent[] | undefined {
  const codec = codecOf(target.dialect ?? 'openai-chat');
  if (codec === undefined) return undefined;
  const options = { codec, target, recording: undefined, wire: undefined };
  const reader = isStream ? createStreamReader(options) : createWholeReader(options);
  try {
    const events = received.flatMap((event) => (event.type === 'wire' ? reader.push(event.bytes) : []));
    events.push(...reader.end(undefined));
    return reader.malformed === 0 ? withUsage(events, received) : undefined;
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}

/** The usage may have been left out of the bytes, for a client that did not ask for it. */
function withUsage(events: readonly ModelEvent[], received: readonly ModelEvent[]): readonly ModelEvent[] {
  const usage = received.findLast(({ type }) => type === 'usage');
  if (usage === undefined) return events;
  const others = events.filter(({ type }) => type !== 'usage');
  return [...others.slice(0, -1), usage, ...others.slice(-1)];
}

function sizeOf(event: ModelEvent): number {
  if (event.type === 'wire') return event.bytes.length;
  return 'text' in event ? event.text.length + 60 : 200;
}

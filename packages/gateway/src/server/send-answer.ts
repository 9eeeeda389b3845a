import type { Answer } from '../core/call.ts';
import type { AnswerOptions, Face, StreamEncoder } from '../core/face.ts';
import { cancelled, toGatewayError } from '../core/gateway-error.ts';
import type { GatewayError } from '../core/gateway-error.ts';
import type { ModelEvent, ModelUsage } from '../core/model-event.ts';
import { writeJson } from '../transport/write-json.ts';
import type { Outlet } from './answer-sink.ts';

/** What is left to say about an answer once it is over. */
export interface SentAnswer {
  readonly usage?: ModelUsage | undefined;
  readonly error?: GatewayError | undefined;
  /** Milliseconds in which the upstream was waited for. */
  readonly waitedMs: number;
  /** When the first content was handed on, in the time of `now`. */
  readonly firstContentAt?: number | undefined;
}

export interface SendOptions {
  readonly answer: Pick<Answer, 'batches'>;
  readonly face: Face;
  /** For what has to be written in the client's dialect. */
  readonly answerOptions: () => AnswerOptions;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/**
 * Sends a streamed answer: bytes of the client's own dialect as they are, events in its words. A failure becomes an
 * error event, never an end marker. Never rejects.
 */
export async function sendStream(
  outlet: Outlet,
  { answer, face, answerOptions, now }: SendOptions,
): Promise<SentAnswer> {
  const sink = outlet.open();
  let encoder: StreamEncoder | undefined;
  const encode = (event: ModelEvent): string => (encoder ??= face.createEncoder(answerOptions())).encode(event);
  const batches = answer.batches[Symbol.asyncIterator]();
  let usage: ModelUsage | undefined;
  let error: GatewayError | undefined;
  let isWire = false;
  let waitedMs = 0;
  let firstContentAt: number | undefined;
  try {
    for (;;) {
      const askedAt = now();
      const { done, value } = await batches.next();
      const gotAt = now();
      waitedMs += gotAt - askedAt;
      if (done === true) break;
      firstContentAt ??= gotAt;
      let text = '';
      for (const event of value) {
        if (event.type === 'wire') {
          isWire = true;
          const wait = sink.write(event.bytes);
          if (wait) await wait;
        } else if (event.type === 'failure') ({ error } = event);
        else if (event.type === 'usage') ({ usage } = event);
        // The end of an answer in the client's own bytes was among them.
        else if (event.type !== 'finish') isWire = false;
        if (!isWire && event.type !== 'failure') text += encode(event);
      }
      const wait = text === '' ? undefined : sink.write(text);
      if (wait) await wait;
      if (error) break;
    }
    if (error === undefined) sink.end();
  } catch (thrown) {
    error = outlet.signal.aborted ? cancelled(thrown) : toGatewayError(thrown);
  } finally {
    await batches.return?.();
  }
  if (error) {
    const frame = isWire ? '' : encode({ type: 'failure', error });
    sink.fail(error, frame === '' ? face.toErrorFrame(error) : frame);
  }
  return { usage, error, waitedMs, firstContentAt };
}

/** The whole answer as it is to be sent: bytes of the client's own dialect, or an object of it. */
export interface WholeAnswer extends SentAnswer {
  readonly body: Buffer;
}

/** Reads an answer to its end. Rejects with the `GatewayError` of one that broke off: half an answer is none here. */
export async function collectWhole({ answer, face, answerOptions, now }: SendOptions): Promise<WholeAnswer> {
  const startedAt = now();
  let wire: Buffer[] | undefined;
  let usage: ModelUsage | undefined;
  const events: ModelEvent[] = [];
  for await (const batch of answer.batches) {
    for (const event of batch) {
      if (event.type === 'failure') throw event.error;
      if (event.type === 'usage') ({ usage } = event);
      if (event.type === 'wire') (wire ??= []).push(event.bytes);
      else events.push(event);
    }
  }
  const waitedMs = now() - startedAt;
  const [first] = wire ?? [];
  if (first !== undefined) return { usage, waitedMs, body: wire?.length === 1 ? first : Buffer.concat(wire ?? []) };
  const body = await face.toAnswer(each(events), answerOptions());
  return { usage, waitedMs, body: Buffer.from(writeJson(body)) };
}

async function* each(events: readonly ModelEvent[]): AsyncGenerator<ModelEvent, void, undefined> {
  yield* events;
}

import type { GatewayError } from '../core/gateway-error.ts';
import { recordingHeader } from '../transport/http-answer.ts';
import type { LiveCall } from '../recordings/live-call.ts';
import type { RecordingNews } from '../recordings/read-recording.ts';
import type { Replay } from '../recordings/recordings.ts';
import type { AnswerSink } from './answer-sink.ts';
import type { Exchange } from './exchange.ts';
import { createSseResponse } from './sse-response.ts';

/** Sends a recording, and what is added to it meanwhile, as fast as the client takes it. Resolves when either ends. */
export async function sendReplay(exchange: Exchange, events: Replay): Promise<void> {
  await untilLeft(exchange, () => send(exchange, createSseResponse(exchange), events));
}

/**
 * Sends a call's answer as it comes. A client that cannot keep up reads the recording instead, at its own pace. The call
 * goes on when the client leaves.
 */
export async function sendLive(
  exchange: Exchange,
  call: LiveCall,
  rest: (after: number, signal: AbortSignal) => Replay,
): Promise<void> {
  const { tap } = call;
  const leave = call.join();
  const close = (): void => tap.close();
  exchange.signal.addEventListener('abort', close);
  if (exchange.signal.aborted) close();
  try {
    await untilLeft(exchange, async () => {
      const sink = createSseResponse(exchange);
      let last = 0;
      for (;;) {
        const news = await tap.next();
        if (news.type === 'text') {
          await sink.write(news.text);
          last = news.last;
        } else if (news.type === 'behind') {
          await send(exchange, sink, rest(last, exchange.signal));
          return;
        } else {
          if (news.error) refuse(exchange, sink, news.error);
          else if (!exchange.signal.aborted) sink.end();
          return;
        }
      }
    });
  } finally {
    exchange.signal.removeEventListener('abort', close);
    close();
    leave();
  }
}

async function send(exchange: Exchange, sink: AnswerSink, events: Replay): Promise<void> {
  for await (const news of events) {
    if (news.type === 'text') await sink.write(news.text);
    else if (news.type === 'headers') Object.assign(exchange.headers, news.headers);
    else finish(exchange, sink, news);
  }
}

function finish(
  exchange: Exchange,
  sink: AnswerSink,
  { outcome, error }: Extract<RecordingNews, { type: 'end' }>,
): void {
  // Of a call that was cancelled in mid-stream, the last recorded event is the error.
  if (outcome === 'complete' || (outcome === 'cancelled' && exchange.response.headersSent)) sink.end();
  else refuse(exchange, sink, error);
}

/** An answer that never began is an error like any other; nothing of it can be read again. */
function refuse({ response, face, headers }: Exchange, sink: AnswerSink, error: GatewayError): void {
  if (!response.headersSent) {
    delete headers[recordingHeader];
    throw error;
  }
  sink.fail(error, face.toErrorFrame(error));
}

/** A client that leaves is no error: the answer waits for it. */
async function untilLeft({ signal }: Exchange, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

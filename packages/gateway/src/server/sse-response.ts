import { once } from 'node:events';
import { cancelled } from '../core/gateway-error.ts';
import type { AnswerSink } from './answer-sink.ts';
import type { Exchange } from './exchange.ts';
import { sendError } from './send-error.ts';

/** How often silence towards the client is looked for, in milliseconds: after two looks an empty event shows that the connection is alive. */
const lookInterval = 7500;

/** A response of server-sent events. Headers wait for the first bytes, so that an early error keeps its status. */
export function createSseResponse(exchange: Exchange): AnswerSink {
  const { response, signal, face, headers } = exchange;
  // Setting a timer anew with each write would cost as much as the write.
  let quietLooks = 0;
  const keepAlive = setInterval(() => {
    quietLooks += 1;
    if (quietLooks < 2 || response.writableNeedDrain || response.destroyed) return;
    quietLooks = 0;
    begin();
    response.write(face.keepAlive);
  }, lookInterval);
  response.once('close', () => clearInterval(keepAlive));

  function begin(): void {
    if (response.headersSent) return;
    response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
  }

  async function untilDrained(): Promise<void> {
    try {
      await once(response, 'drain', { signal });
    } catch (error) {
      throw cancelled(error);
    }
  }

  return {
    write(bytes) {
      if (bytes.length === 0) return undefined;
      if (signal.aborted) throw cancelled(signal.reason);
      begin();
      quietLooks = 0;
      return response.write(bytes) ? undefined : untilDrained();
    },
    fail(error, frame) {
      clearInterval(keepAlive);
      if (!response.headersSent) sendError(exchange, error);
      else if (!response.destroyed) response.end(frame);
    },
    end() {
      clearInterval(keepAlive);
      begin();
      response.end();
    },
  };
}

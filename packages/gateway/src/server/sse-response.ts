import { once } from 'node:events';
import { cancelled } from '../core/gateway-error.ts';
import { toChatError } from '../dialects/openai-chat/error-shape.ts';
import { frame } from '../dialects/openai-chat/to-stream.ts';
import type { AnswerSink } from './answer-sink.ts';
import type { Exchange } from './exchange.ts';
import { sendError } from './send-error.ts';

/** Silence towards the client, in milliseconds, after which a comment shows that the connection is alive. */
const keepAliveInterval = 15_000;

/** A response of server-sent events. Headers wait for the first bytes, so that an early error keeps its status. */
export function createSseResponse(exchange: Exchange): AnswerSink {
  const { response, signal } = exchange;
  const keepAlive = setInterval(() => {
    if (response.writableNeedDrain || response.destroyed) return;
    begin();
    response.write(': keep-alive\n\n');
  }, keepAliveInterval);
  response.once('close', () => clearInterval(keepAlive));

  function begin(): void {
    if (response.headersSent) return;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
  }

  return {
    async write(bytes) {
      if (bytes.length === 0) return;
      if (signal.aborted) throw cancelled(signal.reason);
      begin();
      keepAlive.refresh();
      if (response.write(bytes)) return;
      try {
        await once(response, 'drain', { signal });
      } catch (error) {
        throw cancelled(error);
      }
    },
    fail(error) {
      clearInterval(keepAlive);
      if (!response.headersSent) sendError(exchange, error);
      else if (!response.destroyed) response.end(frame(toChatError(error)));
    },
    end() {
      clearInterval(keepAlive);
      begin();
      response.end();
    },
  };
}

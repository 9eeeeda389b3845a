import type { ServerResponse } from 'node:http';
import { chunk } from '../../testing/scripted-upstream.ts';
import type { UpstreamExchange, UpstreamScript } from '../../testing/scripted-upstream.ts';

/** Answers with an error of the vendor. */
export function refuse(status: number, code = 'some_error', headers: Record<string, string> = {}): UpstreamScript {
  return ({ response }) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ error: { message: `It is ${code}.`, type: code, code } }));
  };
}

/** Closes the connection hard, before any byte. */
export const resetAtOnce: UpstreamScript = ({ request }) => request.socket.resetAndDestroy();

/** Accepts the request and never says anything. */
export const saysNothing: UpstreamScript = () => undefined;

/** Begins a stream, so that nothing but the role has come, and then does what `then` says. */
export function begin(then: (response: ServerResponse) => unknown): UpstreamScript {
  return ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk({ role: 'assistant', content: '' }), () => then(response));
  };
}

/** Says `words` and then does what `then` says, once the words are on their way. */
export function beginWith(words: readonly string[], then: (response: ServerResponse) => unknown): UpstreamScript {
  return begin((response) => {
    for (const content of words) response.write(chunk({ content }));
    setTimeout(() => then(response), 20);
  });
}

/** Does one thing after the other, a request each, and the last one for ever. */
export function inTurn(...scripts: readonly UpstreamScript[]): UpstreamScript {
  let turn = 0;
  return (exchange: UpstreamExchange) => scripts[Math.min(turn++, scripts.length - 1)]?.(exchange);
}

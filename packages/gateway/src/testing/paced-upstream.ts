import type { ServerResponse } from 'node:http';
import { chunk, doneMark, startScriptedUpstream, usageChunk } from './scripted-upstream.ts';
import type { ScriptedUpstream, UpstreamExchange } from './scripted-upstream.ts';

export interface PacedUpstream extends ScriptedUpstream {
  /** How many answers it was asked for. */
  calls(): number;
  /** Sends that many more words in every call that is open. */
  say(words: number): void;
  /** Ends every call that is open, well. */
  finish(): void;
  /** Cuts every call that is open. */
  cut(): void;
}

/** An upstream that says numbered words when it is told to: `w1 w2 …`. */
export async function startPacedUpstream(): Promise<PacedUpstream> {
  let calls = 0;
  const open = new Map<ServerResponse, number>();
  const upstream = await startScriptedUpstream(({ request, response }: UpstreamExchange) => {
    if (request.method === 'GET') {
      response.end(JSON.stringify({ data: [{ id: 'up' }] }));
      return;
    }
    calls += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk({ role: 'assistant', content: '' }));
    open.set(response, 0);
    response.once('close', () => open.delete(response));
  });
  return {
    ...upstream,
    calls: () => calls,
    say(words) {
      for (const [response, said] of open) {
        for (let word = said + 1; word <= said + words; word += 1) response.write(chunk({ content: `w${word} ` }));
        open.set(response, said + words);
      }
    },
    finish() {
      for (const response of open.keys()) response.end(chunk({}, 'stop') + usageChunk + doneMark);
    },
    cut() {
      for (const response of open.keys()) response.destroy();
    },
  };
}

/** The text of the first `count` words. */
export function wordsUpTo(count: number): string {
  return Array.from({ length: count }, (_, index) => `w${index + 1} `).join('');
}

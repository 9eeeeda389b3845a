import { text as readText } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { RefusedError } from './connection.ts';
import type { Connect } from './connection.ts';
import { createLogParser, openLog, passOnPoll } from './open-log.ts';

interface OwnOptions {
  /** Milliseconds of silence after which an event stream is given up for broken. */
  readonly silenceMs: number;
  /** Takes nothing more from its socket for so many milliseconds after the first bytes of its first connection, as a frozen tab. */
  readonly frozenMs?: number;
}

/** A reader of our own, on bare sockets: event streams or long-polls, with an eye on silence. */
export function createOwnConnect({ silenceMs, frozenMs = 0 }: OwnOptions): Connect {
  let freeze = frozenMs;
  return async (attempt) => {
    const response = await openLog(attempt);
    if (response.statusCode === 204) return passOnPoll(attempt, response, '[]');
    if (response.statusCode !== 200) {
      response.resume();
      throw new RefusedError(response.statusCode ?? 0);
    }
    if (attempt.live === 'long-poll') return passOnPoll(attempt, response, await readText(response));
    const parser = createLogParser(attempt);
    const silence = setTimeout(() => response.destroy(new Error('Nothing came.')), silenceMs);
    try {
      for await (const chunk of response.setEncoding('utf8')) {
        parser.feed(String(chunk));
        if (freeze > 0) {
          clearTimeout(silence);
          const frozen = freeze;
          freeze = 0;
          await delay(frozen);
        }
        silence.refresh();
      }
    } finally {
      clearTimeout(silence);
    }
  };
}

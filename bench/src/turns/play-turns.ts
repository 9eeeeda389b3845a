import type { ProviderScript } from '../world/provider-script.ts';
import { beginTurn } from './api-client.ts';
import { connectLate } from './connect-late.ts';
import { startReader } from './generation-reader.ts';
import { judgeTurn } from './judge-turn.ts';
import type { Verdict } from './judge-turn.ts';

interface PlayOptions {
  readonly addresses: readonly string[];
  readonly token: string;
  readonly scripts: readonly ProviderScript[];
  /** How many are asked for at the same moment. */
  readonly askTogether: number;
  readonly patienceMs: number;
  /** Told when all have been accepted. */
  readonly onAllBegun?: () => void;
}

/** Plays many turns at once, each with one reader, and judges every one of them. */
export async function playTurns(options: PlayOptions): Promise<Verdict[]> {
  const { addresses, token, scripts, askTogether, patienceMs, onAllBegun } = options;
  const begun = await eachOf(scripts, askTogether, async (script, index) => {
    const turn = await beginTurn(addresses, token, script);
    const reading = { turn, token, addresses, firstAddress: index, connect: connectLate, patienceMs } as const;
    return { turn, reader: startReader({ ...reading, live: 'sse' }) };
  });
  onAllBegun?.();
  await Promise.all(begun.map(({ reader }) => reader.ended));
  return await eachOf(begun, askTogether, ({ turn, reader }) =>
    judgeTurn({ turn, readers: [reader], addresses, token }),
  );
}

/** Does something for every item, for so many at a time, and keeps the order. */
async function eachOf<T, R>(
  items: readonly T[],
  together: number,
  task: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let done = 0; done < items.length; done += together) {
    const some = items.slice(done, done + together).map((item, index) => task(item, done + index));
    results.push(...(await Promise.all(some)));
  }
  return results;
}

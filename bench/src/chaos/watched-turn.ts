import { beginTurn } from '../turns/api-client.ts';
import type { Turn } from '../turns/api-client.ts';
import { createOwnConnect } from '../turns/connect-own.ts';
import { connectStock } from '../turns/connect-stock.ts';
import { startReader } from '../turns/generation-reader.ts';
import type { GenerationReader, ReaderOptions } from '../turns/generation-reader.ts';
import { judgeTurn } from '../turns/judge-turn.ts';
import type { Verdict } from '../turns/judge-turn.ts';
import type { ProviderScript } from '../world/provider-script.ts';

/** Milliseconds of silence after which a client holds an event stream for broken. */
export const clientSilence = 20_000;

export const connectOwn = createOwnConnect({ silenceMs: clientSilence });

/** How one reader reads. */
export type Seat = Pick<ReaderOptions, 'connect' | 'live'> & Partial<Pick<ReaderOptions, 'firstAddress' | 'token'>>;

/** The reference client and our own, at different addresses where there are two. */
const twoSeats: readonly Seat[] = [
  { connect: connectStock, live: 'sse', firstAddress: 1 },
  { connect: connectOwn, live: 'sse', firstAddress: 0 },
];

/** A turn with those who read it. */
export interface WatchedTurn {
  readonly turn: Turn;
  readonly readers: readonly GenerationReader[];
  /** Waits for all of them and for the stored message. */
  readonly judge: () => Promise<Verdict>;
}

interface WatchOptions {
  readonly script: ProviderScript;
  readonly token: string;
  /** Where readers go. */
  readonly addresses: readonly string[];
  /** Where it is asked, when not at `addresses`. */
  readonly askAt?: readonly string[];
  readonly seats?: readonly Seat[];
  readonly patienceMs?: number;
}

/** Asks, and has it read from the first moment on. */
export async function beginWatched(options: WatchOptions): Promise<WatchedTurn> {
  const { script, token, addresses, askAt = addresses, seats = twoSeats, patienceMs = 60_000 } = options;
  const turn = await beginTurn(askAt, token, script);
  const readers = seats.map((seat) => startReader({ turn, token, addresses, patienceMs, ...seat }));
  return { turn, readers, judge: () => judgeTurn({ turn, readers, addresses, token }) };
}

/** A whole number from 0 up to, but not, `limit`. */
export function randomBelow(limit: number): number {
  return Math.floor(Math.random() * limit);
}

import { setTimeout as delay } from 'node:timers/promises';
import { messageText } from '@parley/contracts';
import type { Message } from '@parley/contracts';
import { tokensIn } from '../world/provider-script.ts';
import { storedAnswer } from './api-client.ts';
import type { Turn } from './api-client.ts';
import type { GenerationReader } from './generation-reader.ts';
import { isProven } from './transcript.ts';

/** What became of one turn, over all its readers and the stored message. */
export interface Verdict {
  readonly turn: Turn;
  /** Tokens that are missing somewhere. */
  readonly lost: number;
  /** Tokens that stand twice somewhere, or stood twice on a screen for a moment. */
  readonly doubled: number;
  /** Whether a reader never came to its end, or the message never did. */
  readonly neverEnded: boolean;
  /** Whether all readers and the message have the same text, and it has the length and hash its writer gave. */
  readonly isSameEverywhere: boolean;
  /** Of the stored message; `missing` when there is none. */
  readonly status: Message['status'] | 'missing';
  /** Code and text of the message's error part; empty when it has none. */
  readonly error: string;
  readonly isWhole: boolean;
  readonly restarts: number;
  readonly snapshots: number;
  readonly rereads: number;
  /** For a person who looks into a failure. */
  readonly trouble: string;
}

interface Case {
  readonly turn: Turn;
  readonly readers: readonly GenerationReader[];
  readonly addresses: readonly string[];
  readonly token: string;
}

const savingPatience = 15_000;

/** Waits for all readers of a turn and for its message, and holds them against each other. */
export async function judgeTurn({ turn, readers, addresses, token }: Case): Promise<Verdict> {
  const ends = await Promise.all(readers.map(({ ended }) => ended));
  const message = await untilSaved(turn, addresses, token);
  const stored = message === undefined ? '' : messageText(message);
  const texts = [...readers.map(({ transcript }) => transcript.text()), stored];
  const counts = texts.map((text) => countTokens(text, turn.script.tokens));
  const paints = readers.map(({ transcript }) => transcript.wrongPaints());
  return {
    turn,
    lost: Math.max(...counts.map(({ lost }) => lost)),
    doubled: Math.max(...counts.map(({ doubled }) => doubled), ...paints),
    neverEnded: ends.includes('never') || message === undefined || message.status === 'running',
    isSameEverywhere: new Set(texts).size === 1 && readers.every(({ transcript }) => isProven(transcript)),
    status: message?.status ?? 'missing',
    error: errorOf(message),
    isWhole: texts.every((text) => text === turn.expected),
    restarts: Math.max(0, ...readers.map(({ transcript }) => transcript.restarts())),
    snapshots: Math.max(0, ...readers.map(({ transcript }) => transcript.snapshots())),
    rereads: readers.reduce((sum, reader) => sum + reader.rereads(), 0),
    trouble: readers.map((reader) => reader.trouble()).find((trouble) => trouble !== '') ?? '',
  };
}

async function untilSaved(turn: Turn, addresses: readonly string[], token: string): Promise<Message | undefined> {
  const deadline = performance.now() + savingPatience;
  let newest: Message | undefined;
  for (let round = 0; performance.now() < deadline; round += 1) {
    const address = addresses[round % addresses.length] ?? '';
    newest = (await storedAnswer(address, token, turn.started)) ?? newest;
    if (newest !== undefined && newest.status !== 'running') return newest;
    await delay(100);
  }
  return newest;
}

function errorOf(message: Message | undefined): string {
  const part = message?.parts.find(({ type }) => type === 'error');
  return part?.type === 'error' ? [part.code, part.title, part.detail].filter(Boolean).join(', ') : '';
}

function countTokens(text: string, tokens: number): { lost: number; doubled: number } {
  const found = tokensIn(text);
  const distinct = new Set(found);
  return { lost: tokens - distinct.size, doubled: found.length - distinct.size };
}

import { ProblemError } from '@parley/contracts';
import type { ConversationId, GenerationId, QueuedPrompt, StartedGeneration } from '@parley/contracts';
import type { StoreApi } from 'zustand/vanilla';
import type { Exclusive } from '../../../lib/api/session-keeper.ts';
import { backOff } from '../../../lib/log-reader/back-off.ts';
import type { Outbox } from './outbox.ts';
import type { ChatKey, PendingTurn, TurnState } from './turn-store.ts';
import { willPass } from './will-pass.ts';

/** What became of a turn: a generation of its own, a place in the queue behind another, or begun at the queue's end. */
export type Delivery =
  | {
      readonly state: 'accepted';
      readonly started: StartedGeneration;
      /** With those it is compared with, in the order of their columns. */
      readonly all?: readonly StartedGeneration[];
    }
  | { readonly state: 'queued' | 'started'; readonly behind: GenerationId; readonly queue: QueuedPrompt[] };

export interface TurnSenderDependencies {
  readonly store: StoreApi<TurnState>;
  readonly outbox: Outbox;
  readonly exclusive: Exclusive;
  readonly deliver: (turn: PendingTurn) => Promise<Delivery>;
  readonly change: (id: GenerationId, part: Partial<PendingTurn>) => void;
  readonly keep: (turn: PendingTurn) => Promise<boolean>;
  readonly drop: (id: GenerationId) => void;
  readonly onAccepted: (turn: PendingTurn, started: StartedGeneration, all: readonly StartedGeneration[]) => void;
  readonly onQueued: (turn: PendingTurn, delivery: Exclude<Delivery, { readonly state: 'accepted' }>) => void;
  readonly onRefused: (turn: PendingTurn, cause: unknown) => void;
  readonly onTaken: (turn: PendingTurn) => void;
  readonly onBegun: (chat: ChatKey, conversationId: ConversationId) => void;
  /** The outbox no longer holds something, or holds it otherwise. */
  readonly onSettled: () => void;
}

/** Between two tries to send what could not be sent, on top of the back-off. */
const shortestPauseMs = 1000;

/** Sends the turns of each chat in order, one at a time, with one sender for all tabs of the browser. */
export function createTurnSender(dependencies: TurnSenderDependencies) {
  const { store, outbox, exclusive, deliver, change, keep, drop } = dependencies;
  const draining = new Set<ChatKey>();
  const failures = new Map<ChatKey, number>();
  const timers = new Map<ChatKey, ReturnType<typeof setTimeout>>();
  let epoch = 0;

  /** The next one to go: what follows one that failed stays with it. */
  function next(chat: ChatKey): PendingTurn | undefined {
    const { pending } = store.getState();
    return pending.find(
      (turn) =>
        turn.chat === chat &&
        isUnsent(turn) &&
        !pending.some(({ generationId, state }) => generationId === turn.behind && state === 'failed'),
    );
  }

  async function sendAll(first: ChatKey, startedIn: number): Promise<void> {
    let chat = first;
    for (let turn = next(chat); turn; turn = next(chat)) {
      // Another tab was here before: it has sent it, or somebody has taken it back there.
      if (turn.kept && !(await outbox.has(turn.generationId))) {
        if (next(chat)?.generationId !== turn.generationId) continue;
        change(turn.generationId, { state: 'accepted' });
        drop(turn.generationId);
        dependencies.onTaken(turn);
        continue;
      }
      const outcome = await sendOne(turn, startedIn);
      if (outcome !== 'sent') return;
      // A chat that has begun goes on under its conversation's name.
      chat = store.getState().begun[chat] ?? chat;
      draining.add(chat);
    }
  }

  async function sendOne(turn: PendingTurn, startedIn: number): Promise<'sent' | 'paused'> {
    const { generationId, chat } = turn;
    try {
      const delivery = await deliver(turn);
      if (startedIn !== epoch) return 'paused';
      failures.delete(chat);
      settle(turn, delivery);
      await outbox.remove(generationId);
      dependencies.onSettled();
    } catch (cause) {
      if (startedIn !== epoch) return 'paused';
      if (willPass(cause)) {
        change(generationId, { state: 'waiting', cause });
        holdBack(chat, cause);
        dependencies.onSettled();
        if (!(cause instanceof ProblemError && cause.status === 401)) tryLater(chat, cause);
        return 'paused';
      }
      change(generationId, { state: 'failed', cause });
      if (turn.kept) await keep({ ...turn, state: 'failed', cause });
      dependencies.onSettled();
      dependencies.onRefused(turn, cause);
    }
    return 'sent';
  }

  /** What comes after one that waits, waits, too. */
  function holdBack(chat: ChatKey, cause: unknown) {
    for (const turn of store.getState().pending) {
      if (turn.chat === chat && turn.state === 'sending') change(turn.generationId, { state: 'waiting', cause });
    }
  }

  function settle(turn: PendingTurn, delivery: Delivery) {
    if (delivery.state === 'accepted') {
      const { conversationId } = delivery.started;
      dependencies.onAccepted(turn, delivery.started, delivery.all ?? [delivery.started]);
      change(turn.generationId, { state: 'accepted' });
      if (turn.conversationId === undefined) dependencies.onBegun(turn.chat, conversationId);
      return;
    }
    change(turn.generationId, { state: 'accepted' });
    drop(turn.generationId);
    dependencies.onQueued(turn, delivery);
  }

  function tryLater(chat: ChatKey, cause: unknown) {
    const count = (failures.get(chat) ?? 0) + 1;
    failures.set(chat, count);
    const asked = cause instanceof ProblemError ? (cause.retryAfterSeconds ?? 0) * 1000 : 0;
    clearTimeout(timers.get(chat));
    timers.set(
      chat,
      setTimeout(() => drain(chat), Math.max(asked, shortestPauseMs + backOff(count))),
    );
  }

  /** Sends what a chat has to send; harmless while that is under way. */
  function drain(chat: ChatKey): void {
    if (draining.has(chat) || !next(chat)) return;
    clearTimeout(timers.get(chat));
    void run(chat, epoch);
  }

  async function run(chat: ChatKey, startedIn: number): Promise<void> {
    draining.add(chat);
    let paused = false;
    try {
      await exclusive(`parley-outbox:${chat}`, () => sendAll(chat, startedIn));
    } catch (cause) {
      paused = true;
      if (startedIn === epoch) tryLater(chat, cause);
    } finally {
      const { begun } = store.getState();
      draining.delete(chat);
      const id = begun[chat];
      if (id !== undefined) draining.delete(id);
    }
    // Written while the last one was on its way.
    const { begun } = store.getState();
    const key = begun[chat] ?? chat;
    if (!paused && startedIn === epoch && next(key)?.state === 'sending') drain(key);
  }

  return {
    drain,
    drainAll() {
      const chats = new Set(store.getState().pending.map(({ chat }) => chat));
      for (const chat of chats) drain(chat);
    },
    reset() {
      epoch += 1;
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      failures.clear();
      draining.clear();
    },
  };
}

/** Whether the server does not have a turn yet and may still get it without anybody's doing. */
function isUnsent({ state }: PendingTurn): boolean {
  return state === 'sending' || state === 'waiting';
}

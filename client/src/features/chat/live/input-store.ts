import type { CommandId, GenerationId, InputAnswer, InputRequest } from '@parley/contracts';
import { ProblemError } from '@parley/contracts';
import { createStore } from 'zustand/vanilla';
import { backOff } from '../../../lib/log-reader/back-off.ts';
import { newCommandId } from '../../../lib/new-id.ts';
import { willPass } from './will-pass.ts';

/** The call of a generation that waits. */
export interface WaitingCall {
  readonly generationId: GenerationId;
  readonly callId: string;
  /** What it asks; an answer never counts for another request. */
  readonly request: InputRequest;
}

/** An answer on its way to the server. */
export interface GivenInput extends WaitingCall {
  readonly commandId: CommandId;
  readonly answer: InputAnswer;
  /** `waiting`: the server could not be reached, and it goes by itself. `refused`: the server would not take it. */
  readonly state: 'sending' | 'waiting' | 'sent' | 'refused';
  /** Why it waits or was refused. */
  readonly cause?: unknown;
}

export type GivenInputs = ReadonlyMap<string, GivenInput>;

/** Between two tries, on top of the back-off. */
const shortestPauseMs = 1000;

/**
 * What this page answered to calls that wait. Each answer is one command with an id of its own, which repeated tries
 * keep; what became of it is told by the events of the answer, so that all devices agree.
 */
export function createInputStore({ deliver }: { readonly deliver: (input: GivenInput) => Promise<void> }) {
  const store = createStore<GivenInputs>(() => new Map());
  const timers = new Map<string, ReturnType<typeof setTimeout>>();

  function set(key: string, input: GivenInput | undefined) {
    const next = new Map(store.getState());
    if (input) next.set(key, input);
    else next.delete(key);
    store.setState(next, true);
  }

  async function send(key: string, failures: number): Promise<void> {
    clearTimeout(timers.get(key));
    const input = store.getState().get(key);
    if (!input) return;
    const settle = (change: Pick<GivenInput, 'state' | 'cause'>) => {
      const isHeld = store.getState().get(key)?.commandId === input.commandId;
      if (isHeld) set(key, { ...input, ...change });
      return isHeld;
    };
    try {
      await deliver(input);
      settle({ state: 'sent' });
    } catch (cause) {
      const passes = willPass(cause);
      if (!settle({ state: passes ? 'waiting' : 'refused', cause }) || !passes) return;
      const asked = cause instanceof ProblemError ? (cause.retryAfterSeconds ?? 0) * 1000 : 0;
      const pauseMs = Math.max(asked, shortestPauseMs + backOff(failures + 1));
      timers.set(
        key,
        setTimeout(() => void send(key, failures + 1), pauseMs),
      );
    }
  }

  function forget(isMeant: (input: GivenInput) => boolean) {
    for (const [key, input] of store.getState()) {
      if (!isMeant(input)) continue;
      clearTimeout(timers.get(key));
      timers.delete(key);
      set(key, undefined);
    }
  }

  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,

    /** Answers a call. The same answer given again is the same command. */
    give(call: WaitingCall, answer: InputAnswer) {
      const key = keyOf(call.generationId, call.callId);
      const held = store.getState().get(key);
      const isRepeated = held !== undefined && isSame(held.request, call.request) && isSame(held.answer, answer);
      const commandId = isRepeated ? held.commandId : newCommandId();
      set(key, { ...call, answer, commandId, state: 'sending' });
      void send(key, 0);
    },

    /** The call asks anew, or somebody takes back what could not be sent. */
    forget: (generationId: GenerationId, callId: string) =>
      forget((input) => input.generationId === generationId && input.callId === callId),

    /** A generation has ended, with whatever it asked. */
    forgetAll: (generationId: GenerationId) => forget((input) => input.generationId === generationId),

    /** Sends what waits for the network. */
    retryWaiting() {
      for (const [key, { state }] of store.getState()) if (state === 'waiting') void send(key, 0);
    },

    reset: () => forget(() => true),
  };
}

/** What was answered to a waiting call from here, if that request is the one it still asks. */
export function givenTo(inputs: GivenInputs, { generationId, callId, request }: WaitingCall): GivenInput | undefined {
  const held = inputs.get(keyOf(generationId, callId));
  return held && isSame(held.request, request) ? held : undefined;
}

function keyOf(generationId: GenerationId, callId: string): string {
  return `${generationId} ${callId}`;
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

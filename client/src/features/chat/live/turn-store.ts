import type { ConversationId, GenerationId, MessageId, StartedGeneration } from '@parley/contracts';
import { createStore } from 'zustand/vanilla';
import { newGenerationId } from '../../../lib/new-id.ts';

/** A conversation's id or, before it has one, a key that only this page knows. */
export type ChatKey = string;

export interface Prompt {
  readonly text: string;
  readonly endpoint: string;
  readonly model: string;
}

/** Where a turn goes: the chat, its conversation unless it begins one, and the message it continues. */
export interface TurnPlace {
  readonly chat: ChatKey;
  readonly conversationId: ConversationId | undefined;
  readonly parentMessageId: MessageId | null;
}

/** A turn from the moment it was sent until the message list holds it. */
export interface PendingTurn extends TurnPlace {
  readonly generationId: GenerationId;
  readonly prompt: Prompt;
  readonly createdAt: string;
  readonly state: 'sending' | 'accepted' | 'failed';
  /** Why it failed. */
  readonly cause?: unknown;
  readonly started?: StartedGeneration;
}

export interface TurnState {
  /** Oldest first. */
  readonly pending: readonly PendingTurn[];
  /** At most one prompt per chat that waits for the running answer to end. */
  readonly queued: Readonly<Record<ChatKey, Prompt>>;
  /** Conversations that began on this page, by the key their chat had before. */
  readonly begun: Readonly<Record<ChatKey, ConversationId>>;
}

export interface TurnStoreDependencies {
  /** Idempotent: the same generation id with the same prompt is answered as the first time. */
  readonly start: (turn: PendingTurn) => Promise<StartedGeneration>;
  /** Called before the turn counts as accepted; puts its two messages where views look for them. */
  readonly onAccepted: (turn: PendingTurn, started: StartedGeneration) => void;
  readonly onRefused: (turn: PendingTurn, cause: unknown) => void;
}

/** Prompts on their way to the server, shown at once and kept until the server has them. */
export function createTurnStore({ start, onAccepted, onRefused }: TurnStoreDependencies) {
  const store = createStore<TurnState>(() => ({ pending: [], queued: {}, begun: {} }));

  function change(id: GenerationId, part: Partial<PendingTurn>) {
    store.setState(({ pending }) => ({
      pending: pending.map((turn) => (turn.generationId === id ? { ...turn, ...part } : turn)),
    }));
  }

  async function post(turn: PendingTurn): Promise<void> {
    try {
      const started = await start(turn);
      onAccepted(turn, started);
      const { conversationId } = started;
      change(turn.generationId, { state: 'accepted', started, chat: conversationId, conversationId });
      if (turn.chat !== conversationId) adopt(turn.chat, conversationId);
    } catch (cause) {
      change(turn.generationId, { state: 'failed', cause });
      onRefused(turn, cause);
    }
  }

  /** A chat got its conversation: what was kept under its own key moves along. */
  function adopt(chat: ChatKey, conversationId: ConversationId) {
    store.setState(({ begun, queued: { [chat]: prompt, ...queued } }) => ({
      begun: { ...begun, [chat]: conversationId },
      queued: prompt ? { ...queued, [conversationId]: prompt } : queued,
    }));
  }

  function drop(id: GenerationId) {
    store.setState(({ pending }) => ({ pending: pending.filter((turn) => turn.generationId !== id) }));
  }

  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,

    /** Sends a prompt; the outcome shows in the state. */
    send(place: TurnPlace, prompt: Prompt): GenerationId {
      const generationId = newGenerationId();
      const createdAt = new Date().toISOString();
      const turn: PendingTurn = { ...place, generationId, prompt, createdAt, state: 'sending' };
      store.setState(({ pending }) => ({ pending: [...pending, turn] }));
      void post(turn);
      return generationId;
    },

    /**
     * Sends a failed turn again under its own generation id, so that it can never be answered twice. `quietly` leaves it
     * shown as failed until it has succeeded, for tries that nobody asked for.
     */
    retry(id: GenerationId, manner: 'visibly' | 'quietly' = 'visibly') {
      const turn = store.getState().pending.find((candidate) => candidate.generationId === id);
      if (turn?.state !== 'failed') return;
      if (manner === 'visibly') change(id, { state: 'sending', cause: undefined });
      void post(turn);
    },

    /** Takes a turn off the page: it failed, or the message list holds it. */
    drop,

    queue(chat: ChatKey, prompt: Prompt) {
      store.setState(({ queued }) => ({ queued: { ...queued, [chat]: prompt } }));
    },

    /** Takes the queued prompt out, if there is one. */
    takeQueued(chat: ChatKey): Prompt | undefined {
      const { [chat]: prompt, ...queued } = store.getState().queued;
      if (prompt) store.setState({ queued });
      return prompt;
    },

    reset() {
      store.setState({ pending: [], queued: {}, begun: {} });
    },
  };
}

import { ProblemError } from '@parley/contracts';
import type {
  AnswerGuidance,
  ConversationId,
  FileRef,
  GenerationId,
  MessageId,
  ProjectId,
  QuotePart,
  StartedGeneration,
  ToolRef,
  TurnSettings,
  UserId,
} from '@parley/contracts';
import { createStore } from 'zustand/vanilla';
import type { Exclusive } from '../../../lib/api/session-keeper.ts';
import { newGenerationId } from '../../../lib/new-id.ts';
import type { TabChannel } from '../../../lib/tab-channel.ts';
import type { Outbox, OutboxEntry } from './outbox.ts';
import { createTurnSender, type Delivery } from './turn-sender.ts';
import { shareTurns } from './share-turns.ts';

/** A conversation's id or, before it has one, a key that only this browser knows. */
export type ChatKey = string;

/** Words of an earlier message that a prompt is about. */
export type Quote = Omit<QuotePart, 'type'>;

export interface Prompt {
  /** Empty where a question is answered again. */
  readonly text: string;
  readonly endpoint: string;
  readonly model: string;
  /** Tools the model may call, beside those of an agent. */
  readonly tools?: ToolRef[] | undefined;
  /** The version of the agent to move on to. */
  readonly agentVersion?: number | undefined;
  /** Uploaded files it brings along. */
  readonly files?: FileRef[] | undefined;
  readonly quotes?: Quote[] | undefined;
  readonly settings?: TurnSettings | undefined;
  /** The entry of the model specs all this was taken from. */
  readonly spec?: string | undefined;
  /** Present where its answers are compared. */
  readonly compare?: ComparedWith | undefined;
  /** Of a conversation that begins with it. */
  readonly temporary?: boolean | undefined;
  readonly projectId?: ProjectId | undefined;
}

/** Who else answers a prompt at the same time. */
export interface ComparedWith {
  readonly blind: boolean;
  readonly others: (Omit<Prompt, 'text' | 'files' | 'quotes' | 'temporary' | 'projectId' | 'compare'> & {
    readonly generationId: GenerationId;
  })[];
}

/** How another answer to the same question is to be written. */
export interface AnswerAgain {
  readonly guidance?: AnswerGuidance | undefined;
  /** The answer it goes on from. */
  readonly continues?: MessageId | undefined;
}

/** Where a turn goes: the chat, its conversation unless it begins one, and the message it continues. */
export interface TurnPlace {
  readonly chat: ChatKey;
  readonly conversationId: ConversationId | undefined;
  readonly parentMessageId: MessageId | null;
  /** Present where nothing new is asked: the message it continues is a question, which is answered once more. */
  readonly again?: AnswerAgain | undefined;
  /** The generation whose end it waits for on the server, if it does. */
  readonly behind?: GenerationId | undefined;
  /** Whether it is a new version of an earlier turn, which cannot come after anything else. */
  readonly version?: true;
}

/** A turn from the moment it was sent until the message list, or the server's queue, holds it. */
export interface PendingTurn extends TurnPlace {
  readonly generationId: GenerationId;
  readonly prompt: Prompt;
  readonly createdAt: string;
  readonly order: number;
  /** `waiting`: the server could not be reached, and it goes by itself. `failed`: the server would not take it. */
  readonly state: 'sending' | 'waiting' | 'accepted' | 'failed';
  /** Why it waits or failed. */
  readonly cause?: unknown;
  /** Whether the outbox has it. */
  readonly kept: boolean;
}

export interface TurnState {
  /** Oldest first. */
  readonly pending: readonly PendingTurn[];
  /** Conversations that began on this page, by the key their chat had before. */
  readonly begun: Readonly<Record<ChatKey, ConversationId>>;
  /** The newest chat that was found in the outbox without a conversation: the next new chat goes on with it. */
  readonly orphan: ChatKey | undefined;
}

export interface TurnStoreDependencies {
  /** Idempotent: the same generation id with the same prompt is answered as the first time. */
  readonly deliver: (turn: PendingTurn) => Promise<Delivery>;
  /** Called before the turn counts as accepted; puts its two messages where views look for them. */
  readonly onAccepted: (turn: PendingTurn, started: StartedGeneration, all: readonly StartedGeneration[]) => void;
  /** The server has it in a queue, or has begun with it at the end of one. */
  readonly onQueued: (turn: PendingTurn, delivery: Exclude<Delivery, { readonly state: 'accepted' }>) => void;
  readonly onRefused: (turn: PendingTurn, cause: unknown) => void;
  /** It is safe in this browser, whatever happens to the page. */
  readonly onKept: (turn: PendingTurn) => void;
  /** Another tab has sent it, or taken it back. */
  readonly onTaken: (turn: PendingTurn) => void;
  readonly outbox: Outbox;
  /** One sender per chat across the tabs of a browser. */
  readonly exclusive: Exclusive;
  readonly channel: TabChannel | undefined;
  readonly userId: () => UserId | undefined;
}

/**
 * Prompts on their way to the server: shown at once, kept in the outbox, and sent in order per chat, each once, as soon
 * as the server can be reached.
 */
export function createTurnStore(dependencies: TurnStoreDependencies) {
  const { outbox, exclusive, channel, userId, onKept } = dependencies;
  const store = createStore<TurnState>(() => ({ pending: [], begun: {}, orphan: undefined }));
  const find = (id: GenerationId) => store.getState().pending.find((turn) => turn.generationId === id);

  function change(id: GenerationId, part: Partial<PendingTurn>) {
    store.setState(({ pending }) => ({
      pending: pending.map((turn) => (turn.generationId === id ? { ...turn, ...part } : turn)),
    }));
  }

  async function keep(turn: PendingTurn): Promise<boolean> {
    const entry = entryOf(turn, userId());
    return entry !== undefined && (await outbox.put(entry));
  }

  /** A chat got its conversation: what waits in it moves along. */
  function adopt(chat: ChatKey, conversationId: ConversationId) {
    store.setState(({ begun, pending }) => ({
      begun: { ...begun, [chat]: conversationId },
      pending: pending.map((turn) => (turn.chat === chat ? { ...turn, chat: conversationId, conversationId } : turn)),
    }));
  }

  const shared = shareTurns({ channel, store, outbox, userId, onTaken: dependencies.onTaken, onBegun: adopt });
  const sender = createTurnSender({
    ...dependencies,
    exclusive,
    store,
    change,
    keep,
    drop,
    onBegun(chat, conversationId) {
      adopt(chat, conversationId);
      for (const turn of store.getState().pending) {
        if (turn.chat === conversationId && turn.kept && turn.state !== 'accepted') void keep(turn);
      }
      shared.tellBegun(chat, conversationId);
    },
    onSettled: shared.tellChanged,
  });

  /** Takes a turn off the page and out of the outbox; what waited behind it takes its place. */
  function drop(id: GenerationId) {
    const turn = find(id);
    if (!turn) return;
    const rest = store.getState().pending.filter(({ generationId }) => generationId !== id);
    const pending = turn.state === 'accepted' ? rest : withoutLeader(turn, rest);
    store.setState({ pending });
    for (const other of pending) if (other.kept && !rest.includes(other)) void keep(other);
    if (turn.kept && turn.state !== 'accepted') void outbox.remove(id).then(shared.tellChanged);
    sender.drain(turn.chat);
  }

  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,

    /** Sends a prompt; the outcome shows in the state. */
    send(place: TurnPlace, prompt: Prompt): GenerationId {
      const generationId = newGenerationId();
      const createdAt = new Date().toISOString();
      const order = performance.timeOrigin + performance.now();
      const turn: PendingTurn = { ...place, generationId, prompt, createdAt, order, state: 'sending', kept: false };
      store.setState(({ pending }) => ({ pending: [...pending, turn] }));
      void keep(turn).then((kept) => {
        change(generationId, { kept });
        const held = find(generationId);
        if (!held) return kept ? outbox.remove(generationId) : undefined;
        if (kept) onKept(held);
        return sender.drain(held.chat);
      });
      return generationId;
    },

    /** Sends a turn that failed or waits under its own generation id, so that it can never be answered twice. */
    retry(id: GenerationId) {
      const turn = find(id);
      if (turn?.state !== 'failed' && turn?.state !== 'waiting') return;
      change(id, { state: 'sending', cause: undefined });
      sender.drain(turn.chat);
    },

    /** Sends everything that waits for the network; what is shown does not change until it has worked. */
    retryWaiting: () => sender.drainAll(),

    /** Brings back what the outbox kept, and sends it. */
    async restore() {
      await shared.load('sending');
      const begins = store
        .getState()
        .pending.filter(({ conversationId, kept }) => kept && conversationId === undefined);
      store.setState({ orphan: begins.at(-1)?.chat });
      sender.drainAll();
    },

    /** The chat that `orphan` names goes on in a view. */
    takeOrphan() {
      store.setState({ orphan: undefined });
    },

    /** Takes a turn off the page that failed, or was taken back. */
    drop,

    /** The message list holds it, by whatever way it came there. */
    arrived(id: GenerationId) {
      const turn = find(id);
      change(id, { state: 'accepted' });
      drop(id);
      if (turn?.kept) void outbox.remove(id);
    },

    /** Forgets everything, here and in the outbox: somebody else may sign in next. */
    reset() {
      sender.reset();
      store.setState({ pending: [], begun: {}, orphan: undefined });
      void outbox.clear();
    },
  };
}

/** What is left when a turn goes that the server never had: the first one behind it takes its place. */
function withoutLeader(leader: PendingTurn, rest: readonly PendingTurn[]): PendingTurn[] {
  const first = rest.find(({ behind }) => behind === leader.generationId);
  if (!first) return [...rest];
  return rest.map((turn) => {
    // What came after an answer that is not written again continues the one that is there.
    const parentMessageId = leader.again ? turn.parentMessageId : leader.parentMessageId;
    if (turn === first) return { ...turn, behind: leader.behind, parentMessageId };
    return turn.behind === leader.generationId ? { ...turn, behind: leader.behind ?? first.generationId } : turn;
  });
}

function entryOf(turn: PendingTurn, userId: UserId | undefined): OutboxEntry | undefined {
  if (userId === undefined) return undefined;
  const { generationId, chat, conversationId, parentMessageId, again, behind, prompt, createdAt, order } = turn;
  const { state, cause } = turn;
  const refused = state === 'failed' && cause instanceof ProblemError;
  return {
    generationId,
    userId,
    chat,
    parentMessageId,
    prompt,
    createdAt,
    order,
    ...(conversationId === undefined ? {} : { conversationId }),
    ...(again === undefined ? {} : { again }),
    ...(behind === undefined ? {} : { behind }),
    ...(refused
      ? { refusal: { code: cause.code, ...(cause.detail === undefined ? {} : { detail: cause.detail }) } }
      : {}),
  };
}

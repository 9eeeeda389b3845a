import { conversationIdSchema, ProblemError } from '@parley/contracts';
import type { ConversationId, UserId } from '@parley/contracts';
import * as z from 'zod/mini';
import type { StoreApi } from 'zustand/vanilla';
import type { TabChannel } from '../../../lib/tab-channel.ts';
import type { Outbox, OutboxEntry } from './outbox.ts';
import type { ChatKey, PendingTurn, TurnState } from './turn-store.ts';

const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('changed') }),
  z.object({ type: z.literal('begun'), chat: z.string(), conversationId: conversationIdSchema }),
]);

export interface ShareTurnsDependencies {
  readonly channel: TabChannel | undefined;
  readonly store: StoreApi<TurnState>;
  readonly outbox: Outbox;
  readonly userId: () => UserId | undefined;
  /** Another tab has sent it, or taken it back. */
  readonly onTaken: (turn: PendingTurn) => void;
  /** A chat got its conversation in another tab. */
  readonly onBegun: (chat: ChatKey, conversationId: ConversationId) => void;
}

/** Keeps the turns shown in this tab in step with the outbox, which other tabs change, too. */
export function shareTurns({ channel, store, outbox, userId, onTaken, onBegun }: ShareTurnsDependencies) {
  /** Shows what the outbox has and drops what it no longer has. New ones come in the given state. */
  async function load(state: 'sending' | 'waiting'): Promise<void> {
    const user = userId();
    if (user === undefined) return;
    const before = new Set(store.getState().pending.map(({ generationId }) => generationId));
    const entries = await outbox.list(user);
    if (userId() !== user) return;
    const held = new Set(entries.map(({ generationId }) => generationId));
    // What has been sent or written while the outbox was read is this tab's own business.
    const gone = store
      .getState()
      .pending.filter(
        ({ generationId: id, kept, state: is }) =>
          kept && before.has(id) && !held.has(id) && (is === 'waiting' || is === 'failed'),
      );
    store.setState(({ pending }) => {
      const rest = pending.filter((turn) => !gone.some(({ generationId }) => generationId === turn.generationId));
      const known = new Set([...before, ...rest.map(({ generationId }) => generationId)]);
      const added = entries.filter(({ generationId }) => !known.has(generationId)).map((entry) => turnOf(entry, state));
      return { pending: [...rest, ...added].toSorted((one, other) => one.order - other.order) };
    });
    for (const turn of gone) onTaken(turn);
  }

  channel?.addEventListener('message', ({ data }) => {
    const message = messageSchema.safeParse(data);
    if (!message.success) return;
    if (message.data.type === 'changed') void load('waiting');
    else onBegun(message.data.chat, message.data.conversationId);
  });

  return {
    load,
    tellChanged: () => channel?.postMessage({ type: 'changed' }),
    tellBegun: (chat: ChatKey, conversationId: ConversationId) =>
      channel?.postMessage({ type: 'begun', chat, conversationId }),
  };
}

function turnOf(entry: OutboxEntry, state: 'sending' | 'waiting'): PendingTurn {
  const { refusal, userId: _, conversationId, ...turn } = entry;
  const shared = { ...turn, conversationId, kept: true };
  if (!refusal) return { ...shared, state };
  const { code, detail } = refusal;
  return { ...shared, state: 'failed', cause: new ProblemError(code, detail === undefined ? {} : { detail }) };
}

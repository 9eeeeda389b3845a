import { ProblemError } from '@parley/contracts';
import type { StartedGeneration } from '@parley/contracts';
import { describe, expect, it, vi } from 'vitest';
import { conversationId, messageId } from '../testing/messages.ts';
import { createTurnStore, type PendingTurn, type TurnPlace } from './turn-store.ts';

const place: TurnPlace = { chat: 'a-new-chat', conversationId: undefined, parentMessageId: null };
const prompt = { text: 'Hello', endpoint: 'Parley', model: 'chat-fast' };

function startedOf({ generationId }: PendingTurn): StartedGeneration {
  return {
    generationId,
    conversationId,
    userMessageId: messageId(1),
    responseMessageId: messageId(2),
    streamUrl: `/api/generations/${generationId}/stream`,
  };
}

function setUp(start: (turn: PendingTurn) => Promise<StartedGeneration>) {
  const accepted: PendingTurn[] = [];
  const refused: unknown[] = [];
  const turns = createTurnStore({
    start,
    onAccepted: (turn) => accepted.push(turn),
    onRefused: (_, cause) => refused.push(cause),
  });
  return { turns, accepted, refused };
}

describe('the store of turns on their way', () => {
  it('shows a turn at once and gives its chat the conversation it began', async () => {
    const { turns, accepted } = setUp(async (turn) => startedOf(turn));
    turns.send(place, prompt);
    expect(turns.getState().pending[0]).toMatchObject({ state: 'sending', prompt });
    await vi.waitFor(() => expect(turns.getState().begun).toEqual({ 'a-new-chat': conversationId }));
    expect(accepted).toHaveLength(1);
    expect(turns.getState().pending[0]).toMatchObject({ state: 'accepted', chat: conversationId });
  });

  it('keeps a turn that failed, and sends it again under the same id', async () => {
    const start = vi
      .fn<(turn: PendingTurn) => Promise<StartedGeneration>>()
      .mockRejectedValueOnce(new ProblemError('internal-error'))
      .mockImplementation(async (turn) => startedOf(turn));
    const { turns, refused } = setUp(start);
    const id = turns.send(place, prompt);
    await vi.waitFor(() => expect(turns.getState().pending[0]?.state).toBe('failed'));
    expect(refused).toHaveLength(1);
    turns.retry(id);
    await vi.waitFor(() => expect(turns.getState().pending[0]?.state).toBe('accepted'));
    expect(start.mock.calls.map(([turn]) => turn.generationId)).toEqual([id, id]);
  });

  it('keeps one prompt waiting, also while its chat becomes a conversation', async () => {
    const { turns } = setUp(async (turn) => startedOf(turn));
    turns.send(place, prompt);
    turns.queue(place.chat, { ...prompt, text: 'And then' });
    await vi.waitFor(() => expect(turns.getState().queued).toHaveProperty(conversationId));
    expect(turns.takeQueued(conversationId)?.text).toBe('And then');
    expect(turns.takeQueued(conversationId)).toBeUndefined();
  });
});

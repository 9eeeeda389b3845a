import { describe, expect, it, vi } from 'vitest';
import { agentQuery } from '../../../lib/query/agent-queries.ts';
import { createQueryClient } from '../../../lib/query/query-client.ts';
import { conversationQuery, conversationsQuery, messagesQuery } from '../../../lib/query/queries.ts';
import { answerOf, conversation, conversationId, generationId, messageId, questionOf } from '../testing/messages.ts';
import { agentId, researcher } from '../testing/tool-calls.ts';
import { markRunning, refreshConversation, seedTurn, settleMessage } from './message-cache.ts';
import type { PendingTurn } from './turn-store.ts';

const { call } = vi.hoisted(() => ({ call: vi.fn<() => Promise<unknown>>() }));
vi.mock('../../../lib/api/call.ts', () => ({ call }));

const turn: PendingTurn = {
  generationId: generationId(2),
  chat: conversationId,
  conversationId,
  parentMessageId: null,
  prompt: { text: 'Question 1', endpoint: 'Parley', model: 'chat-quality' },
  createdAt: '2026-11-20T11:00:00.000Z',
  order: 1,
  kept: false,
  state: 'sending',
};
const started = {
  generationId: generationId(2),
  conversationId,
  userMessageId: messageId(1),
  responseMessageId: messageId(2),
  streamUrl: '/',
};
const messages = messagesQuery(conversationId).queryKey;

describe('the message list of an accepted turn', () => {
  it('gets the question and a running answer, once', () => {
    const client = createQueryClient();
    seedTurn(client, turn, started);
    seedTurn(client, turn, started);
    expect(client.getQueryData(messages)).toMatchObject([
      { id: messageId(1), role: 'user', parts: [{ text: 'Question 1' }] },
      { id: messageId(2), role: 'assistant', status: 'running', parentId: messageId(1), progress: { offset: '-1' } },
    ]);
  });

  it('names the agent that answers, in the version the chat stays with', () => {
    const client = createQueryClient();
    const agent = { id: agentId, version: 3, name: 'Researcher' };
    client.setQueryData(conversationQuery(conversationId).queryKey, { ...conversation, agent });
    client.setQueryData(agentQuery(agentId).queryKey, researcher);
    const prompt = { text: 'Question 1', endpoint: 'agents', model: agentId };
    seedTurn(client, { ...turn, prompt }, started);
    expect(client.getQueryData(messages)?.[1]).toMatchObject({ agent });
    client.removeQueries({ queryKey: messages });
    seedTurn(client, { ...turn, prompt: { ...prompt, agentVersion: 5 } }, started);
    expect(client.getQueryData(messages)?.[1]).toMatchObject({ agent: { ...agent, version: 5 } });
  });

  it('gets the final answer in the place of the running one', () => {
    const client = createQueryClient();
    seedTurn(client, turn, started);
    settleMessage(client, answerOf(2, 1));
    expect(client.getQueryData(messages)).toMatchObject([{ id: messageId(1) }, { status: 'done' }]);
    expect(client.getQueryData(messages)).toHaveLength(2);
    settleMessage(client, questionOf(9, null));
    expect(client.getQueryData(messages)).toHaveLength(2);
  });
});

describe('the sidebar', () => {
  it('shows a conversation that runs at the top', async () => {
    const client = createQueryClient();
    const other = { ...conversation, id: messageId(5) as unknown as typeof conversationId };
    client.setQueryData(conversationQuery(conversationId).queryKey, conversation);
    client.setQueryData(conversationsQuery.queryKey, {
      pages: [{ items: [other, conversation], nextCursor: null }],
      pageParams: [''],
    });
    await markRunning(client, turn, started, () => false);
    expect(client.getQueryData(conversationsQuery.queryKey)?.pages[0]?.items).toMatchObject([
      { id: conversationId, runningGenerationId: generationId(2), model: 'chat-quality' },
      { id: other.id },
    ]);
  });

  it('does not show a run whose end was read here, though the server has not saved it yet', async () => {
    const client = createQueryClient();
    call.mockResolvedValue({ ...conversation, title: 'New title', runningGenerationId: generationId(2) });
    await refreshConversation(client, conversationId, (id) => id === generationId(2));
    expect(client.getQueryData(conversationQuery(conversationId).queryKey)).toMatchObject({
      title: 'New title',
      runningGenerationId: null,
    });
  });
});

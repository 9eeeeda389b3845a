import type { Message } from '@parley/contracts';
import { screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { answerOf, conversation, conversationId, questionOf } from '../../features/chat/testing/messages.ts';
import { createFakeServer, json, sessionOf } from '../../testing/fake-server.ts';
import { renderApp } from '../../testing/render-app.tsx';

vi.mock('../../features/chat/chat-page.tsx', () => ({ ChatPage: () => <main>The chat</main> }));

const config = { appTitle: 'Parley', version: '1', registrationEnabled: true, firstRun: false, guideOnly: true };
const [first, second] = [answerOf(2, 1, 'Bread'), { ...answerOf(3, 1, 'Cheese'), model: 'chat-deep' }];

function compared(change: Partial<NonNullable<Message['comparison']>>): Message[] {
  return [
    { ...questionOf(1, null), comparison: { blind: true, answers: [first.id, second.id], ...change } },
    first,
    second,
  ];
}

async function open(messages: Message[]): Promise<void> {
  const server = createFakeServer({
    'GET /api/config': () => json(config),
    'POST /api/auth/refresh': () => json(sessionOf('token')),
    'GET /api/user': () => json(sessionOf('token').user),
    'GET /api/conversations': () => json({ items: [], nextCursor: null }),
    [`GET /api/conversations/${conversationId}`]: () => json(conversation),
    [`GET /api/conversations/${conversationId}/messages`]: () => json({ items: messages }),
  });
  await renderApp(server, `/c/${conversationId}/print`);
  expect(await screen.findByText('Bread', {}, { timeout: 10_000 })).toBeVisible();
}

test('paper does not tell who wrote an answer before a blind vote', async () => {
  await open(compared({}));
  expect(screen.queryByText(/chat-fast/)).toBeNull();
});

test('paper names whoever wrote an answer', async () => {
  await open(compared({ choice: first.id }));
  expect(screen.getByText('chat-fast')).toBeVisible();
});

import { hashText } from '@parley/contracts';
import type { CommandId, GenerationEvent, GenerationId, News, SessionId } from '@parley/contracts';
import { screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { json, problemAnswer } from '../../testing/fake-server.ts';
import { answerEvents } from './testing/answer-events.ts';
import { createChatServer } from './testing/chat-server.ts';
import {
  answerOf,
  conversation,
  conversationId,
  generationId,
  messageId,
  questionOf,
  runningAnswerOf,
} from './testing/messages.ts';
import { renderChat } from './testing/render-chat.tsx';

const field = () => screen.findByRole('textbox', { name: 'Message' });
const log = () => screen.getByRole('log');
const line = () => screen.findByRole('region', { name: 'Waiting messages' });

/** Tells news the way another tab of this browser does that has the connection. */
function tell(news: News): void {
  const channel = new BroadcastChannel('parley:news');
  channel.postMessage({ type: 'news', news });
  channel.close();
}

async function type(text: string) {
  const box = await field();
  await waitFor(() => expect(screen.getByRole('button', { name: 'Model: chat-fast' })).toBeEnabled());
  await userEvent.type(box, text);
}

/** A chat whose answer is being written. */
async function openRunning() {
  const server = createChatServer([questionOf(1, null), runningAnswerOf(2, 1)]);
  const view = renderChat(server, conversationId);
  await screen.findByRole('button', { name: 'Stop' });
  return { server, ...view };
}

const stopped: GenerationEvent = {
  type: 'generation-finished',
  n: 0,
  step: 0,
  status: 'stopped',
  finishReason: 'stopped',
  textLength: 0,
  textHash: hashText(''),
  at: '2026-11-20T10:00:00.000Z',
};

describe('what is written during an answer', () => {
  it('waits on the server and can be taken back, into the composer or for good', async () => {
    const { server } = await openRunning();
    await type('Second{Enter}');
    const region = within(await line());
    expect(await region.findByText('Second')).toBeVisible();
    await waitFor(() => expect(server.queues.get(generationId(2))).toHaveLength(1));
    expect(await field()).toHaveValue('');
    await userEvent.click(await region.findByRole('button', { name: 'Edit the waiting message: Second' }));
    await waitFor(async () => expect(await field()).toHaveValue('Second'));
    expect(server.queues.get(generationId(2))).toEqual([]);
    await userEvent.keyboard('{Enter}');
    await userEvent.click(
      await within(await line()).findByRole('button', { name: 'Remove the waiting message: Second' }),
    );
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Waiting messages' })).toBeNull());
    expect(await field()).toHaveFocus();
    expect(server.started).toHaveLength(0);
  });

  it('shows what another device put into the queue', async () => {
    await openRunning();
    const prompt = { generationId: generationId(9), text: 'From the phone', endpoint: 'Parley', model: 'chat-fast' };
    tell({
      type: 'queue-changed',
      conversationId,
      generationId: generationId(2),
      queue: [{ ...prompt, createdAt: '2026-11-20T10:00:00.000Z' }],
    });
    expect(await within(await line()).findByText('From the phone')).toBeVisible();
  });

  it('shows what another device put into the queue while the queue was being read', async () => {
    const server = createChatServer([questionOf(1, null), runningAnswerOf(2, 1)]);
    const path = `GET /api/generations/${generationId(2)}`;
    const readNow = server.handlers[path];
    const reading = Promise.withResolvers<void>();
    const told = Promise.withResolvers<void>();
    server.handlers[path] = async (request) => {
      const before = await readNow?.(request);
      reading.resolve();
      await told.promise;
      return before ?? problemAnswer('generation-not-found');
    };
    renderChat(server, conversationId);
    await reading.promise;
    const prompt = { generationId: generationId(9), text: 'From the phone', endpoint: 'Parley', model: 'chat-fast' };
    const queue = [{ ...prompt, createdAt: '2026-11-20T10:00:00.000Z' }];
    server.queues.set(generationId(2), queue);
    // Heard once; the state that is on its way was read before.
    tell({ type: 'queue-changed', conversationId, generationId: generationId(2), queue });
    await new Promise((settle) => setTimeout(settle, 50));
    told.resolve();
    expect(await within(await line()).findByText('From the phone')).toBeVisible();
  });

  it('stays with a button to send it when the answer is stopped', async () => {
    const { server } = await openRunning();
    await type('Second{Enter}');
    await within(await line()).findByRole('button', { name: 'Remove the waiting message: Second' });
    server.write(stopped);
    const send = await within(await line()).findByRole('button', { name: 'Send: Second' });
    let asked: unknown;
    server.handlers[`POST /api/generations/${generationId(2)}/queue`] = ({ body }) => {
      asked = body;
      return json({ state: 'started', queue: [] }, 202);
    };
    const [held] = server.queues.get(generationId(2)) ?? [];
    await userEvent.click(send);
    await waitFor(() => expect(asked).toMatchObject({ generationId: held?.generationId, text: 'Second' }));
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Waiting messages' })).toBeNull());
  });

  it('says why the server would not let it wait', async () => {
    const { server } = await openRunning();
    server.handlers[`POST /api/generations/${generationId(2)}/queue`] = () => problemAnswer('queue-full');
    await type('One too many{Enter}');
    expect(await screen.findByText(/Not sent\. Too many prompts are waiting/)).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Edit the waiting message: One too many' }));
    expect(await field()).toHaveValue('One too many');
  });

  it('is added to the answer with Alt+Enter, and waits there until the model has read it', async () => {
    const { server } = await openRunning();
    await type('Shorter, please{Alt>}{Enter}{/Alt}');
    expect(await within(log()).findByText('The model reads this before its next step')).toBeVisible();
    expect(server.steered).toEqual([{ id: generationId(2), text: 'Shorter, please' }]);
    const request = server.seen(`POST /api/generations/${generationId(2)}/steer`)[0]?.body;
    const { commandId } = request as { commandId: CommandId };
    server.write({ type: 'steer-received', n: 0, step: 0, part: 0, commandId, text: 'Shorter, please' });
    await waitFor(() => expect(within(log()).queryByText('The model reads this before its next step')).toBeNull());
    expect(within(log()).getByText('Shorter, please')).toBeVisible();
    expect(within(log()).getByText('You added:')).toBeInTheDocument();
  });

  it('comes back into the composer when it is too late to add it', async () => {
    const { server } = await openRunning();
    server.handlers[`POST /api/generations/${generationId(2)}/steer`] = () => problemAnswer('generation-over');
    await type('Too late');
    await userEvent.click(screen.getByRole('button', { name: 'Add to this answer' }));
    await waitFor(async () => expect(await field()).toHaveValue('Too late'));
    expect(within(log()).queryByText('Too late')).toBeNull();
  });

  it('waits as a prompt when the answer ended before the model read it', async () => {
    const { server } = await openRunning();
    await type('Unheard{Alt>}{Enter}{/Alt}');
    await within(log()).findByText('The model reads this before its next step');
    const prompt = { text: 'Unheard', endpoint: 'Parley', model: 'chat-fast', createdAt: '2026-11-20T10:00:00.000Z' };
    server.queues.set(generationId(2), [{ ...prompt, generationId: generationId(3) }]);
    server.write(stopped);
    expect(await within(await line()).findByRole('button', { name: 'Send: Unheard' })).toBeVisible();
    expect(within(log()).queryByText('The model reads this before its next step')).toBeNull();
  });

  it('goes from the queue into the answer', async () => {
    const { server } = await openRunning();
    await type('Second{Enter}');
    await userEvent.click(await within(await line()).findByRole('button', { name: 'Add to this answer: Second' }));
    await waitFor(() => expect(server.steered).toEqual([{ id: generationId(2), text: 'Second' }]));
    expect(server.queues.get(generationId(2))).toEqual([]);
  });
});

describe('another device', () => {
  it('starts an answer, which appears here live and says where it runs', async () => {
    const messages = [questionOf(1, null), { ...answerOf(2, 1), generationId: generationId(1) }];
    const server = createChatServer(messages);
    renderChat(server, conversationId);
    expect(await within(log()).findByText('Answer 2')).toBeVisible();
    messages.push(questionOf(3, 2, 'Asked on the phone'), { ...runningAnswerOf(4, 3), generationId: generationId(2) });
    server.write(...answerEvents(['It goes ', 'on']).slice(0, 1));
    tell({
      type: 'generation-started',
      conversationId,
      generationId: generationId(2),
      userMessageId: messageId(3),
      responseMessageId: messageId(4),
      startedBy: { id: 'device-1' as SessionId, name: 'Safari on iPhone' },
    });
    expect(await within(log()).findByText('Asked on the phone')).toBeVisible();
    expect(await within(log()).findByText('It goes')).toBeVisible();
  });

  it('is named where its answer runs, and this one is not', async () => {
    const server = createChatServer([questionOf(1, null), runningAnswerOf(2, 1)]);
    const path = `GET /api/generations/${generationId(2)}`;
    const { [path]: answer } = server.handlers;
    server.handlers[path] = async (request) => {
      const response = await answer?.(request);
      return json({ ...(await response?.json()), startedOn: 'Safari on iPhone' });
    };
    const view = renderChat(server, conversationId);
    expect(await screen.findByText('Running on Safari on iPhone')).toBeVisible();
    view.unmount();
    server.handlers[path] = async (request) => {
      const response = await answer?.(request);
      return json({ ...(await response?.json()), startedOn: 'Firefox on Linux' });
    };
    renderChat(server, conversationId);
    await waitFor(() => expect(server.seen('GET /api/user/devices')).toHaveLength(2));
    expect(screen.queryByText(/Running on/)).toBeNull();
  });

  it('writes a draft, which shows here', async () => {
    renderChat(createChatServer([questionOf(1, null), answerOf(2, 1)]), conversationId);
    await field();
    await waitFor(async () => {
      tell({
        type: 'draft-changed',
        draft: { place: conversationId, text: 'From the phone', updatedAt: '2026-11-20T12:00:00.000Z' },
        changedBy: 'device-1' as SessionId,
      });
      expect(await field()).toHaveValue('From the phone');
    });
  });
});

describe('an unread answer', () => {
  const read = `POST /api/conversations/${conversationId}/read`;

  it('is read when somebody looks at it', async () => {
    const server = createChatServer([questionOf(1, null), answerOf(2, 1)]);
    server.handlers[`GET /api/conversations/${conversationId}`] = () => json({ ...conversation, unread: true });
    renderChat(server, conversationId);
    await waitFor(() => expect(server.seen(read)).toHaveLength(1));
  });

  it('stays unread while the page is hidden', async () => {
    const server = createChatServer([questionOf(1, null), answerOf(2, 1)]);
    server.handlers[`GET /api/conversations/${conversationId}`] = () => json({ ...conversation, unread: true });
    Object.defineProperty(document, 'hidden', { configurable: true, value: true });
    renderChat(server, conversationId);
    expect(await within(log()).findByText('Answer 2')).toBeVisible();
    expect(server.seen(read)).toHaveLength(0);
    Object.defineProperty(document, 'hidden', { configurable: true, value: false });
    document.dispatchEvent(new Event('visibilitychange'));
    await waitFor(() => expect(server.seen(read)).toHaveLength(1));
  });
});

describe('coming back to the page', () => {
  it('finds out that the answer has ended meanwhile', async () => {
    const { server } = await openRunning();
    const final = answerOf(2, 1, 'Ended meanwhile');
    server.handlers[`GET /api/conversations/${conversationId}/messages`] = () =>
      json({ items: [questionOf(1, null), final] });
    const path = `GET /api/generations/${generationId(2)}`;
    server.handlers[path] = () =>
      json({
        id: generationId(2) satisfies GenerationId,
        conversationId,
        responseMessageId: final.id,
        status: 'done',
        offset: null,
        waitingForInput: false,
        startedOn: null,
        queue: [],
      });
    window.dispatchEvent(new Event('online'));
    expect(await within(log()).findByText('Ended meanwhile')).toBeVisible();
    expect(log()).toHaveAttribute('aria-busy', 'false');
  });
});

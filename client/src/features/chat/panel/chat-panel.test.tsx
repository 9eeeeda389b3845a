import type { Conversation, Message } from '@parley/contracts';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { json, problemAnswer } from '../../../testing/fake-server.ts';
import { createChatServer } from '../testing/chat-server.ts';
import { answerOf, conversation, conversationId, messageId, questionOf } from '../testing/messages.ts';
import { renderChat } from '../testing/render-chat.tsx';

const traced: Message = {
  ...answerOf(2, 1, 'Narrow inlets of the sea'),
  usage: { input: 1200, output: 80, cachedInput: 1000 },
  notices: ['A server could not be reached.'],
  trace: [
    {
      step: 0,
      model: 'chat-fast',
      servedBy: { provider: 'second', model: 'small-1' },
      attempts: 2,
      cached: false,
      firstTokenMs: 200,
      modelMs: 1000,
      toolsMs: 500,
      usage: { input: 1200, output: 80, cachedInput: 1000 },
      costMicroUsd: 4200,
    },
  ],
};

const answerPath = `/api/conversations/${conversationId}/messages/${messageId(2)}`;

async function openChat(server = createChatServer([questionOf(1, null, 'What are fjords?'), traced])) {
  renderChat(server, conversationId);
  const answer = await screen.findByRole('article', { name: 'chat-fast' });
  return { server, answer };
}

/** Chooses a line of the menu under the answer. */
async function choose(answer: HTMLElement, line: string) {
  await userEvent.click(within(answer).getByRole('button', { name: 'More actions' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: new RegExp(`^${line}`) }));
}

describe('the panel beside a chat', () => {
  it('shows how an answer came about, and gives the focus back', async () => {
    const { answer } = await openChat();
    await choose(answer, 'Details');
    const panel = await screen.findByRole('complementary', { name: 'Details' });
    await waitFor(() => expect(within(panel).getByRole('heading', { name: 'Details' })).toHaveFocus());
    expect(panel).toHaveTextContent('Time1.5 s');
    expect(panel).toHaveTextContent('First token200 ms');
    expect(panel).toHaveTextContent('Speed100 tokens/s');
    expect(panel).toHaveTextContent('Cost$0.0042');
    expect(panel).toHaveTextContent('Answered bysmall-1');
    expect(panel).toHaveTextContent('Providersecond');
    expect(panel).toHaveTextContent('Attempts2');
    expect(panel).toHaveTextContent('Of that cached1,000');
    expect(panel).toHaveTextContent('A server could not be reached.');
    expect(within(panel).getByRole('table', { name: 'Steps of this answer' })).toHaveTextContent(
      'small-11 s200 ms500 ms1,200 read, 80 written$0.0042',
    );
    await userEvent.keyboard('{Escape}');
    expect(screen.queryByRole('complementary')).toBeNull();
    expect(within(answer).getByRole('button', { name: 'More actions' })).toHaveFocus();
  });

  it('says what is known of an answer that has no details', async () => {
    const { answer } = await openChat(createChatServer([questionOf(1, null), answerOf(2, 1)]));
    await choose(answer, 'Details');
    const panel = await screen.findByRole('complementary', { name: 'Details' });
    expect(panel).toHaveTextContent('This answer was written before such details were kept.');
    expect(panel).toHaveTextContent('Asked forchat-fast');
    expect(panel).toHaveTextContent('EndedBy itself');
  });

  it('shows what was sent, and says when it may have been something else', async () => {
    const { answer, server } = await openChat();
    server.handlers[`GET ${answerPath}/sent`] = () =>
      json({
        exact: false,
        pieces: [
          { kind: 'instructions', text: 'Be brief.' },
          { kind: 'user', text: 'What are fjords?' },
          { kind: 'parameters', text: '{"temperature":0}' },
        ],
      });
    await choose(answer, 'What was sent');
    const panel = await screen.findByRole('complementary', { name: 'What was sent' });
    expect(await within(panel).findByText('What are fjords?', { selector: 'pre' })).toBeInTheDocument();
    expect(panel).toHaveTextContent('Something that this was made of has changed since');
    await userEvent.click(within(panel).getByRole('button', { name: /^Instructions/ }));
    expect(within(panel).getByText('Be brief.', { selector: 'pre' })).toBeInTheDocument();
  });

  it('says when what was sent cannot be had, and tries again', async () => {
    const { answer, server } = await openChat();
    server.handlers[`GET ${answerPath}/sent`] = () => problemAnswer('invalid-request');
    await choose(answer, 'What was sent');
    const panel = await screen.findByRole('complementary', { name: 'What was sent' });
    expect(await within(panel).findByText('What was sent could not be loaded.')).toBeInTheDocument();
    server.handlers[`GET ${answerPath}/sent`] = () => json({ exact: true, pieces: [{ kind: 'user', text: 'Hello' }] });
    await userEvent.click(within(panel).getByRole('button', { name: 'Try again' }));
    expect(await within(panel).findByText('Hello', { selector: 'pre' })).toBeInTheDocument();
  });

  it('shows the tree, and another branch where one is chosen', async () => {
    const { answer } = await openChat(
      createChatServer([questionOf(1, null), answerOf(2, 1, 'The first'), answerOf(3, 1, 'The second')]),
    );
    await choose(answer, 'Show tree');
    const tree = await screen.findByRole('tree');
    await waitFor(() => expect(tree).toHaveFocus());
    expect(screen.getByRole('treeitem', { name: /The second.*shown now/ })).toHaveAttribute('aria-selected', 'true');
    await userEvent.keyboard('{ArrowUp}{Enter}');
    expect(await screen.findByRole('treeitem', { name: /The first.*shown now/ })).toBeInTheDocument();
    await waitFor(() => expect(screen.getByRole('article', { name: 'chat-fast' })).toHaveTextContent('The first'));
  });
});

describe('a fork', () => {
  it('is asked for once, even where trying again is needed, and remembers the choice', async () => {
    const { answer, server } = await openChat();
    const bodies: { conversationId: string; scope: string; startHere?: boolean }[] = [];
    let fails = true;
    server.handlers[`POST /api/conversations/${conversationId}/fork`] = ({ body }) => {
      const asked = body as (typeof bodies)[number];
      bodies.push(asked);
      if (fails) return problemAnswer('too-many-requests', { retryAfter: 1 });
      const made = { ...conversation, id: asked.conversationId as Conversation['id'] };
      return json({ ...made, forkedFrom: { conversationId, messageId: messageId(2) } }, 201);
    };
    await choose(answer, 'Fork from here…');
    const dialog = await screen.findByRole('dialog', { name: 'Fork this chat' });
    await userEvent.click(within(dialog).getByRole('radio', { name: 'With branches' }));
    await userEvent.click(within(dialog).getByRole('checkbox', { name: 'Start here' }));
    await userEvent.click(within(dialog).getByRole('button', { name: 'Fork' }));
    expect(await within(dialog).findByRole('alert')).toHaveTextContent('Too many tries');
    fails = false;
    await userEvent.click(within(dialog).getByRole('button', { name: 'Fork' }));
    await waitFor(() => expect(screen.queryByRole('dialog', { name: 'Fork this chat' })).toBeNull());
    expect(bodies).toHaveLength(2);
    expect(bodies[1]).toEqual(bodies[0]);
    expect(bodies[1]).toMatchObject({ messageId: messageId(2), scope: 'branches', startHere: true });
    expect(localStorage.getItem('parley:fork')).toContain('branches');
  });

  it('asks for another chat when something else is chosen', async () => {
    const { answer, server } = await openChat();
    const ids: string[] = [];
    server.handlers[`POST /api/conversations/${conversationId}/fork`] = ({ body }) => {
      ids.push((body as { conversationId: string }).conversationId);
      return problemAnswer('too-many-requests');
    };
    await choose(answer, 'Fork from here…');
    const dialog = await screen.findByRole('dialog', { name: 'Fork this chat' });
    await userEvent.click(within(dialog).getByRole('button', { name: 'Fork' }));
    await within(dialog).findByRole('alert');
    await userEvent.click(within(dialog).getByRole('radio', { name: 'Everything' }));
    await userEvent.click(within(dialog).getByRole('button', { name: 'Fork' }));
    await waitFor(() => expect(ids).toHaveLength(2));
    expect(ids[0]).not.toBe(ids[1]);
  });
});

describe('feedback', () => {
  it('is shown at once, can be given a reason and taken back', async () => {
    const { answer, server } = await openChat();
    server.handlers[`PUT ${answerPath}/feedback`] = ({ body }) => json({ ...traced, feedback: body });
    server.handlers[`DELETE ${answerPath}/feedback`] = () => json(traced);
    const down = await within(answer).findByRole('button', { name: 'Poor answer' });
    await userEvent.click(down);
    await waitFor(() => expect(down).toHaveAttribute('aria-pressed', 'true'));
    const form = await screen.findByRole('dialog', { name: 'What was wrong?' });
    await userEvent.click(await within(form).findByRole('radio', { name: 'Too long' }));
    await userEvent.type(within(form).getByRole('textbox', { name: 'Comment' }), 'Half would do');
    await userEvent.click(within(form).getByRole('button', { name: 'Send' }));
    await waitFor(() => expect(server.seen(`PUT ${answerPath}/feedback`)).toHaveLength(2));
    expect(server.seen(`PUT ${answerPath}/feedback`)[1]?.body).toEqual({
      rating: 'down',
      reason: 'too-long',
      comment: 'Half would do',
    });
    await userEvent.click(down);
    await waitFor(() => expect(server.seen(`DELETE ${answerPath}/feedback`)).toHaveLength(1));
    await waitFor(() => expect(down).toHaveAttribute('aria-pressed', 'false'));
  });

  it('is undone where the server does not take it', async () => {
    const { answer, server } = await openChat();
    server.handlers[`PUT ${answerPath}/feedback`] = () => problemAnswer('invalid-request');
    const up = await within(answer).findByRole('button', { name: 'Good answer' });
    await userEvent.click(up);
    // Not pressed it is before, too.
    await waitFor(() => expect(server.seen(`PUT ${answerPath}/feedback`)).toHaveLength(1));
    await waitFor(() => expect(up).toHaveAttribute('aria-pressed', 'false'));
  });

  it('is not asked for where the operator does without it', async () => {
    const server = createChatServer([questionOf(1, null), traced]);
    server.handlers['GET /api/config'] = () =>
      json({
        appTitle: 'Parley',
        version: '0.1.0',
        registrationEnabled: true,
        firstRun: false,
        guideOnly: true,
        feedback: false,
      });
    const { answer } = await openChat(server);
    await within(answer).findByRole('button', { name: 'More actions' });
    expect(within(answer).queryByRole('button', { name: 'Good answer' })).toBeNull();
  });
});

import type { Conversation, Message, Person, UserId } from '@parley/contracts';
import { screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { meQuery } from '../../lib/query/queries.ts';
import { createQueryClient } from '../../lib/query/query-client.ts';
import { json, sessionOf } from '../../testing/fake-server.ts';
import { createChatServer } from './testing/chat-server.ts';
import {
  answerOf,
  conversation,
  conversationId,
  generationId,
  questionOf,
  runningAnswerOf,
} from './testing/messages.ts';
import { renderChat } from './testing/render-chat.tsx';
import { approval, callOf, runningWith } from './testing/tool-calls.ts';

const person = (number: number, name: string): Person => ({
  id: `${String(number).repeat(8)}-1111-4111-8111-111111111111` as UserId,
  name,
});
/** Who looks at the page. */
const ada: Person = { ...person(1, 'Ada Lovelace') };
const grace = person(2, 'Grace Hopper');

function shared(owner: Person, other: Person): Conversation {
  return {
    ...conversation,
    participants: [
      { ...owner, role: 'owner' },
      { ...other, role: 'participant' },
    ],
    ...(owner === ada ? {} : { sharedBy: owner }),
  };
}

/** A chat that Grace shares with Ada, unless it is Ada's own, which Grace takes part in. */
function open(messages: Message[], owner: 'Grace' | 'Ada' = 'Grace') {
  const server = createChatServer(messages);
  const held = owner === 'Grace' ? shared(grace, ada) : shared(ada, grace);
  server.handlers['GET /api/conversations/' + conversationId] = () => json(held);
  const queryClient = createQueryClient();
  // As the app has it before any page.
  queryClient.setQueryData(meQuery.queryKey, sessionOf('token').user);
  renderChat(server, conversationId, queryClient);
  return server;
}

const waiting = (number: number, text: string) => ({
  generationId: generationId(number),
  text,
  endpoint: 'Parley',
  model: 'chat-fast',
  createdAt: '2026-11-20T10:00:00.000Z',
});
const turn = (name: RegExp | string) => screen.findByRole('article', { name });
const log = () => screen.getByRole('log');
const line = async () => within(await screen.findByRole('region', { name: 'Waiting messages' }));

describe('in a chat that somebody else shares', () => {
  it('each prompt is under the name of whoever asked', async () => {
    open([
      questionOf(1, null, 'From the owner'),
      answerOf(2, 1),
      { ...questionOf(3, 2, 'From me'), author: ada },
      { ...answerOf(4, 3), author: ada },
    ]);
    expect(await turn(/^Grace Hopper, \d\d:\d\d$/)).toHaveTextContent('From the owner');
    expect(await turn(/^You, \d\d:\d\d$/)).toHaveTextContent('From me');
    expect(await within(log()).findByText('Grace Hopper')).toBeVisible();
  });

  it('what is asked is at once under the name of whoever asks', async () => {
    open([questionOf(1, null), answerOf(2, 1)]);
    const field = await screen.findByRole('textbox', { name: 'Message' });
    await waitFor(() => expect(screen.getByRole('button', { name: 'Model: chat-fast' })).toBeEnabled());
    await turn(/^Grace Hopper/);
    await userEvent.type(field, 'And I?{Enter}');
    expect(await turn(/^You, /)).toHaveTextContent('And I?');
    await screen.findByRole('button', { name: 'Stop' });
    expect(await turn(/^You, /)).toHaveTextContent('And I?');
  });

  it('only what one wrote oneself can be changed, and nothing can be deleted', async () => {
    open([questionOf(1, null, 'From the owner'), answerOf(2, 1), { ...questionOf(3, 2, 'From me'), author: ada }]);
    const theirs = within(await turn(/^Grace Hopper/));
    expect(theirs.queryByRole('button', { name: 'Edit' })).toBeNull();
    expect(within(await turn(/^You/)).getByRole('button', { name: 'Edit' })).toBeVisible();
    await userEvent.click(theirs.getByRole('button', { name: 'More actions' }));
    const menu = within(await screen.findByRole('menu'));
    expect(menu.getByRole('menuitem', { name: /Fork/ })).toBeVisible();
    expect(menu.queryByRole('menuitem', { name: /Delete/ })).toBeNull();
    expect(menu.queryByRole('menuitem', { name: /Edit/ })).toBeNull();
  });

  it('an answer that somebody else asked for cannot be stopped, steered or approved', async () => {
    open([questionOf(1, null), runningWith(callOf({ state: 'waiting', request: approval }))]);
    expect(await screen.findByText('Waits for Grace Hopper')).toBeVisible();
    expect(screen.getByText('Only Grace Hopper can decide whether “Delete file” may run.')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Approve' })).toBeNull();
    expect(screen.queryByText('Waiting for you')).toBeNull();
    expect(screen.getByTestId('answer-announcer')).toHaveTextContent('The answer waits for Grace Hopper.');
    expect(screen.queryByRole('button', { name: 'Stop' })).toBeNull();
    await waitFor(() => expect(screen.getByRole('button', { name: 'Model: chat-fast' })).toBeEnabled());
    await userEvent.type(screen.getByRole('textbox', { name: 'Message' }), 'Shorter');
    expect(screen.queryByRole('button', { name: /Add to this answer|^Add/ })).toBeNull();
  });

  it('an answer that one asked for and that was stopped says no more than that: its owner may have done it', async () => {
    open([
      { ...questionOf(1, null), author: ada },
      { ...answerOf(2, 1), author: ada, status: 'stopped', finishReason: 'stopped' },
    ]);
    expect(await screen.findByText('This answer was stopped.')).toBeVisible();
    expect(screen.queryByText(/You stopped/)).toBeNull();
  });

  it('what waits is under the name of whoever asks, and left to them', async () => {
    const server = open([questionOf(1, null), runningAnswerOf(2, 1)]);
    server.queues.set(generationId(2), [waiting(8, 'The owner’s'), { ...waiting(9, 'Mine'), author: ada }]);
    const region = await line();
    expect((await region.findByText('The owner’s')).closest('li')).toHaveTextContent('Grace Hopper · ');
    expect(region.getByText('Mine').closest('li')).not.toHaveTextContent('Ada');
    expect(region.getByRole('button', { name: 'Remove the waiting message: Mine' })).toBeVisible();
    expect(region.queryByRole('button', { name: 'Remove the waiting message: The owner’s' })).toBeNull();
  });
});

describe('in a chat one shares', () => {
  it('what others asked is under their name, and can be changed, stopped and taken out', async () => {
    const server = open(
      [
        { ...questionOf(1, null), author: grace },
        { ...runningAnswerOf(2, 1), author: grace },
      ],
      'Ada',
    );
    server.queues.set(generationId(2), [{ ...waiting(9, 'Next'), author: grace }]);
    expect(within(await turn(/^Grace Hopper/)).getByRole('button', { name: 'Edit' })).toBeVisible();
    expect(await screen.findByRole('button', { name: 'Stop' })).toBeVisible();
    const region = await line();
    expect(await region.findByRole('button', { name: 'Remove the waiting message: Next' })).toBeVisible();
    expect(region.queryByRole('button', { name: 'Edit the waiting message: Next' })).toBeNull();
  });
});

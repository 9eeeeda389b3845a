import type { Message } from '@parley/contracts';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { json, problemAnswer } from '../../testing/fake-server.ts';
import { createChatServer } from './testing/chat-server.ts';
import { answerOf, conversationId, messageId, questionOf } from './testing/messages.ts';
import { renderChat } from './testing/render-chat.tsx';
import { callOf } from './testing/tool-calls.ts';

const log = () => screen.getByRole('log');
const turn = (index: number) => within(log()).getAllByRole('article').at(index) as HTMLElement;
const editPath = (number: number) => `PATCH /api/conversations/${conversationId}/messages/${messageId(number)}`;

interface Edit {
  readonly text: string;
  readonly was?: string;
  readonly part?: number;
}

/** A chat whose server keeps edits, unless the text is another one by now. */
async function open(messages: Message[] = [questionOf(1, null), answerOf(2, 1)]) {
  const server = createChatServer(messages);
  const edits: Edit[] = [];
  for (const [index, { id }] of messages.entries()) {
    server.handlers[`PATCH /api/conversations/${conversationId}/messages/${id}`] = ({ body }) => {
      const { text, was, part = 0 } = body as Edit;
      edits.push(body as Edit);
      const message = messages[index] as Message;
      const held = message.parts[part];
      if (held?.type === 'text' && was !== undefined && held.text !== was) return problemAnswer('message-changed');
      const parts = message.parts.map((other, at) => (at === part ? { type: 'text' as const, step: 0, text } : other));
      messages[index] = { ...message, parts, editedAt: '2026-11-20T11:00:00.000Z' };
      return json(messages[index]);
    };
  }
  renderChat(server, conversationId);
  await waitFor(() => expect(screen.getByRole('button', { name: /^Model: / })).toBeEnabled());
  await within(log()).findAllByRole('article');
  return { server, edits };
}

async function edit(index: number, name: string) {
  turn(index).focus();
  await userEvent.keyboard('e');
  return screen.findByRole('textbox', { name });
}

describe('a question', () => {
  it('is saved in place with Ctrl+S, without a new answer', async () => {
    const { server, edits } = await open();
    const box = await edit(0, 'Edit message');
    await userEvent.clear(box);
    await userEvent.type(box, 'Better words{Control>}s{/Control}');
    expect(await within(log()).findByText('Better words')).toBeVisible();
    expect(box).not.toBeInTheDocument();
    expect(edits).toEqual([{ text: 'Better words', was: 'Question 1' }]);
    expect(server.started).toHaveLength(0);
    expect(turn(0)).toHaveFocus();
    expect(within(turn(0)).getByText('Edited')).toBeVisible();
  });

  it('is sent as a new version with Ctrl+Enter, with what it quotes', async () => {
    const quote = { text: 'Old words', messageId: messageId(2) };
    const asked = questionOf(3, 2);
    const { server, edits } = await open([
      questionOf(1, null),
      answerOf(2, 1),
      { ...asked, parts: [{ type: 'quote', ...quote }, ...asked.parts] },
      answerOf(4, 3),
    ]);
    const box = await edit(2, 'Edit message');
    await userEvent.type(box, '!{Control>}{Enter}{/Control}');
    await waitFor(() =>
      expect(server.started[0]).toMatchObject({ text: 'Question 3!', parentMessageId: messageId(2), quotes: [quote] }),
    );
    expect(edits).toHaveLength(0);
  });

  it('stays as it is after Esc, with the focus on it', async () => {
    await open();
    await userEvent.type(await edit(0, 'Edit message'), ' changed{Escape}');
    expect(within(log()).getByText('Question 1')).toBeVisible();
    expect(turn(0)).toHaveFocus();
  });

  it('that was changed elsewhere meanwhile shows both, and keeps the one that is chosen', async () => {
    const messages = [questionOf(1, null), answerOf(2, 1)];
    const { edits } = await open(messages);
    const box = await edit(0, 'Edit message');
    await userEvent.type(box, ' by me');
    messages[0] = questionOf(1, null, 'Question 1 by them');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    const choice = within(
      await screen
        .findByText('This message was changed elsewhere meanwhile')
        .then((heading) => heading.parentElement as HTMLElement),
    );
    expect(choice.getByText('Question 1 by them')).toBeVisible();
    expect(choice.getByText('Question 1 by me')).toBeVisible();
    await userEvent.click(choice.getByRole('button', { name: 'Keep mine' }));
    expect(await within(log()).findByText('Question 1 by me')).toBeVisible();
    expect(edits.at(-1)).toEqual({ text: 'Question 1 by me', was: 'Question 1 by them' });
  });

  it('takes the words from elsewhere where those are chosen', async () => {
    const messages = [questionOf(1, null), answerOf(2, 1)];
    await open(messages);
    await userEvent.type(await edit(0, 'Edit message'), ' by me');
    messages[0] = questionOf(1, null, 'Question 1 by them');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Take theirs' }));
    expect(await within(log()).findByText('Question 1 by them')).toBeVisible();
    expect(screen.queryByRole('textbox', { name: 'Edit message' })).not.toBeInTheDocument();
  });

  it('keeps the words that could not be saved, and says why', async () => {
    const { server } = await open();
    const box = await edit(0, 'Edit message');
    await userEvent.type(box, ' more');
    server.handlers[editPath(1)] = () => problemAnswer('message-not-found');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText(/This message was deleted elsewhere/)).toBeVisible();
    expect(box).toHaveValue('Question 1 more');
  });
});

const withCall = (): Message => ({
  ...answerOf(2, 1),
  parts: [
    { type: 'text', step: 0, text: 'Before.' },
    callOf({ state: 'done', output: 'x' }),
    { type: 'text', step: 1, text: 'After.' },
  ],
});

describe('an answer', () => {
  it('has its texts changed in place, what tools did stays between them', async () => {
    const { edits } = await open([questionOf(1, null), withCall()]);
    const second = await edit(1, 'Edit answer, text 2 of 2');
    expect(screen.getByRole('textbox', { name: 'Edit answer, text 1 of 2' })).toHaveFocus();
    expect(screen.getByRole('button', { name: /Delete file/ })).toBeVisible();
    await userEvent.type(second, ' More.');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await within(log()).findByText('After. More.')).toBeVisible();
    expect(edits).toEqual([{ text: 'After. More.', was: 'After.', part: 2 }]);
  });

  it('begins new lines with Enter, and cannot be emptied', async () => {
    await open();
    const box = await edit(1, 'Edit answer');
    await userEvent.type(box, '{Enter}two');
    expect(box).toHaveValue('Answer 2\ntwo');
    fireEvent.change(box, { target: { value: ' ' } });
    expect(screen.getByText('A message cannot be empty.')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Save' })).toBeDisabled();
  });
});

import { act, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { createChatServer } from './testing/chat-server.ts';
import { answerOf, conversationId, messageId, questionOf } from './testing/messages.ts';
import { renderChat } from './testing/render-chat.tsx';

const log = () => screen.getByRole('log');
const chips = () => screen.findByRole('list', { name: 'Quotes for the next message' });

async function open() {
  const server = createChatServer([questionOf(1, null), answerOf(2, 1, 'Seven fjords are long.')]);
  const view = renderChat(server, conversationId);
  await waitFor(() => expect(screen.getByRole('button', { name: /^Model: / })).toBeEnabled());
  const answer = await within(log()).findByText('Seven fjords are long.');
  return { server, answer, ...view };
}

/** Selects characters of an element's text, as a pointer does. */
function select(element: HTMLElement, from: number, to: number) {
  const text = element.firstChild as Text;
  act(() => {
    window.getSelection()?.setBaseAndExtent(text, from, text, to);
    document.dispatchEvent(new Event('selectionchange'));
  });
}

async function quoteAll() {
  const menus = screen.getAllByRole('button', { name: 'More actions' });
  await userEvent.click(menus.at(-1) as HTMLElement);
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Quote' }));
}

beforeEach(() => {
  sessionStorage.clear();
  window.getSelection()?.removeAllRanges();
  Range.prototype.getBoundingClientRect = () => new DOMRect();
});

describe('a quote', () => {
  it('of selected words goes with the next message, and leads back to where it is from', async () => {
    const { server, answer } = await open();
    select(answer, 0, 12);
    await userEvent.click(await screen.findByRole('button', { name: 'Quote' }));
    expect(within(await chips()).getByText('Seven fjords')).toBeVisible();
    const box = screen.getByRole('textbox', { name: 'Message' });
    expect(box).toHaveFocus();
    await userEvent.type(box, 'Which?{Enter}');
    await waitFor(() =>
      expect(server.started[0]).toMatchObject({
        text: 'Which?',
        quotes: [{ text: 'Seven fjords', messageId: messageId(2) }],
      }),
    );
    expect(screen.queryByRole('list', { name: 'Quotes for the next message' })).not.toBeInTheDocument();
    const quoted = await screen.findByRole('list', { name: 'Quoted from earlier in this chat' });
    expect(within(quoted).getByText('Seven fjords')).toBeVisible();
    await userEvent.click(within(quoted).getByRole('button', { name: 'Show where this is from' }));
    await waitFor(() => expect(answer.closest('article')).toHaveFocus());
  });

  it('of a whole turn is taken from its menu, survives a reload, and can be left out', async () => {
    const first = await open();
    await quoteAll();
    expect(within(await chips()).getByText('Seven fjords are long.')).toBeVisible();
    first.unmount();
    await open();
    await userEvent.click(within(await chips()).getByRole('button', { name: /Remove the quote/ }));
    expect(screen.queryByRole('list', { name: 'Quotes for the next message' })).not.toBeInTheDocument();
  });

  it('counts once however often it is taken', async () => {
    await open();
    await quoteAll();
    await chips();
    await quoteAll();
    expect(within(await chips()).getAllByRole('listitem')).toHaveLength(1);
  });
});

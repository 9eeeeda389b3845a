import type { Message, MessageId } from '@parley/contracts';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { answerOf, messageId, questionOf, runningAnswerOf } from '../testing/messages.ts';
import { MessageTree } from './message-tree.tsx';

const onChoose = vi.fn<(id: MessageId, by: 'pointer' | 'key') => void>();

function Tree({ messages, start }: { readonly messages: readonly Message[]; readonly start: number }) {
  const [active, setActive] = useState<MessageId | undefined>(messageId(start));
  const shown = new Set([1, 2, 4].map(messageId));
  return <MessageTree messages={messages} shown={shown} active={active} onActive={setActive} onChoose={onChoose} />;
}

/** What a screen reader says of a row. */
function spoken(row: HTMLElement | null): string | null | undefined {
  return row?.querySelector('.sr-only')?.textContent;
}

/** What it is on. */
function activeName(): string | null | undefined {
  const id = screen.getByRole('tree').getAttribute('aria-activedescendant') ?? '';
  return spoken(document.getElementById(id));
}

async function openTree(messages: readonly Message[], start = 1) {
  onChoose.mockClear();
  render(<Tree messages={messages} start={start} />);
  await userEvent.tab();
  expect(screen.getByRole('tree')).toHaveFocus();
}

const messages: Message[] = [
  questionOf(1, null, 'What are **fjords**?'),
  { ...answerOf(2, 1, 'Narrow inlets'), feedback: { rating: 'up' } },
  { ...answerOf(3, 1, 'Arms of the sea'), status: 'stopped' },
  { ...runningAnswerOf(4, 1), model: 'chat-quality' },
];

describe('a tree of messages', () => {
  beforeEach(() => {
    Element.prototype.scrollTo = () => undefined;
  });

  it('says of each message who wrote it, how it begins and how it stands', async () => {
    await openTree(messages);
    const names = screen.getAllByRole('treeitem').map(spoken);
    expect(names[0]).toMatch(/^You: What are fjords\?, .*, 2 other branches, shown now$/);
    expect(names[1]).toMatch(/^chat-fast: Narrow inlets, .*, version 1 of 3, rated good, shown now$/);
    expect(names[2]).toMatch(/^chat-fast: Arms of the sea, .*, version 2 of 3, stopped$/);
    expect(names[3]).toMatch(/^chat-quality: Writing…, .*, version 3 of 3, is being written, shown now$/);
    expect(screen.getAllByRole('treeitem').map((item) => item.getAttribute('aria-level'))).toEqual([
      '1',
      '2',
      '2',
      '1',
    ]);
  });

  it('is walked with arrow keys and letters, and chooses with Enter', async () => {
    await openTree(messages);
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    expect(activeName()).toMatch(/Arms of the sea/);
    await userEvent.keyboard('{ArrowLeft}');
    expect(activeName()).toMatch(/fjords/);
    await userEvent.keyboard('n');
    expect(activeName()).toMatch(/Narrow inlets/);
    await userEvent.keyboard('{Enter}');
    expect(onChoose).toHaveBeenLastCalledWith(messageId(2), 'key');
  });

  it('hides the branches of a message and shows them again', async () => {
    await openTree(messages);
    await userEvent.keyboard('{ArrowLeft}');
    expect(screen.getAllByRole('treeitem')).toHaveLength(2);
    expect(screen.getAllByRole('treeitem')[0]).toHaveAttribute('aria-expanded', 'false');
    await userEvent.keyboard('{ArrowRight}');
    expect(screen.getAllByRole('treeitem')).toHaveLength(4);
  });

  it('chooses by a click, and folds by a click on the mark of a branch', async () => {
    await openTree(messages);
    await userEvent.click(screen.getByText('Arms of the sea'));
    expect(onChoose).toHaveBeenLastCalledWith(messageId(3), 'pointer');
    const mark = screen.getAllByRole('treeitem')[0]?.querySelector('[data-toggle]');
    if (mark) await userEvent.click(mark);
    expect(onChoose).toHaveBeenCalledOnce();
    expect(screen.getAllByRole('treeitem')).toHaveLength(2);
  });

  it('mounts a few rows of 5,000 messages, and always the active one', async () => {
    const long = Array.from({ length: 5000 }, (_, index) => questionOf(index, index === 0 ? null : index - 1));
    await openTree(long, 0);
    expect(screen.getAllByRole('treeitem').length).toBeLessThan(60);
    await userEvent.keyboard('{End}');
    expect(activeName()).toMatch(/^You: Question 4999/);
    expect(screen.getAllByRole('treeitem').length).toBeLessThan(60);
    expect(screen.getAllByRole('treeitem').at(-1)).toHaveAttribute('aria-setsize', '5000');
  });
});

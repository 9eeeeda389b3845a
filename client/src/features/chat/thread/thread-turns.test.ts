import { describe, expect, it } from 'vitest';
import type { PendingTurn } from '../live/turn-store.ts';
import { answerOf, conversationId, generationId, messageId, questionOf, runningAnswerOf } from '../testing/messages.ts';
import { threadTurns } from './thread-turns.ts';
import { visiblePath } from './visible-path.ts';

const pending: PendingTurn = {
  generationId: generationId(4),
  chat: conversationId,
  conversationId,
  parentMessageId: messageId(2),
  prompt: { text: 'Question 3', endpoint: 'Parley', model: 'chat-fast' },
  createdAt: '2026-11-20T10:00:00.000Z',
  order: 1,
  kept: false,
  state: 'sending',
};

const begun = [questionOf(1, null), answerOf(2, 1)];

const keys = (turns: readonly { readonly key: string }[]) => turns.map(({ key }) => key);

describe('the turns of a thread', () => {
  it('keep their keys when a turn on its way becomes messages', () => {
    const before = threadTurns(visiblePath(begun), [pending]);
    const after = threadTurns(visiblePath([...begun, questionOf(3, 2), runningAnswerOf(4, 3)]), []);
    expect(before.map(({ key }) => key)).toEqual(after.map(({ key }) => key));
  });

  it('end after the message that a new version of a question continues', () => {
    const again = { ...pending, parentMessageId: null };
    const turns = threadTurns(visiblePath(begun), [again]);
    expect(turns.map(({ kind }) => kind)).toEqual(['question', 'answer']);
  });

  it('show a turn that failed after everything else', () => {
    const failed = { ...pending, parentMessageId: null, state: 'failed' as const };
    expect(threadTurns(visiblePath(begun), [failed])).toHaveLength(4);
  });

  it('know which question an answer answers', () => {
    const turns = threadTurns(visiblePath([...begun, questionOf(3, 2), answerOf(4, 3)]), []);
    expect(turns[3]).toMatchObject({ questionId: messageId(3) });
  });

  it('keep their keys while a question is answered again', () => {
    const again = { ...pending, parentMessageId: messageId(1), again: {} };
    const answer = { ...runningAnswerOf(6, 1), generationId: again.generationId };
    const before = threadTurns(visiblePath(begun), []);
    const sending = threadTurns(visiblePath(begun), [again]);
    const after = threadTurns(visiblePath([...begun, answer]), []);
    expect(keys(sending)).toEqual(keys(after));
    expect(sending[0]?.key).toBe(before[0]?.key);
    expect(sending).toHaveLength(2);
  });

  it('keep what is shown in sight when a turn on its way belongs to another branch', () => {
    const elsewhere = { ...pending, parentMessageId: messageId(9) };
    expect(threadTurns(visiblePath(begun), [elsewhere])).toHaveLength(4);
  });
});

import type { Message, MessageId } from '@parley/contracts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerOf, messageId, questionOf } from '../testing/messages.ts';
import { treeRows } from './tree-rows.ts';

const open: ReadonlySet<MessageId> = new Set();
const drawn = (messages: readonly Message[], closed = open) =>
  treeRows(messages, closed).map(({ message, depth }) => `${'> '.repeat(depth)}${Number(message.id.slice(-4)) - 2000}`);

describe('the lines of a tree', () => {
  it('do not indent a straight conversation, however long it is', () => {
    const messages = Array.from({ length: 5000 }, (_, index) => questionOf(index, index === 0 ? null : index - 1));
    const rows = treeRows(messages, open);
    expect(rows).toHaveLength(5000);
    expect(new Set(rows.map(({ depth }) => depth))).toEqual(new Set([0]));
    expect(rows.at(-1)).toMatchObject({ position: 5000, setSize: 5000, versions: 1 });
  });

  it('go on straight with the newest branch, and indent the others before it', () => {
    const messages = [
      questionOf(1, null),
      answerOf(2, 1),
      questionOf(3, 2),
      answerOf(4, 3),
      answerOf(5, 1),
      questionOf(6, 5),
      answerOf(7, 6),
    ];
    expect(drawn(messages)).toEqual(['1', '> 2', '> 3', '> 4', '5', '6', '7']);
    expect(treeRows(messages, open)[0]).toMatchObject({ branches: 1, versions: 1 });
    expect(treeRows(messages, open)[1]).toMatchObject({
      branchOf: 0,
      version: 1,
      versions: 2,
      position: 1,
      setSize: 3,
    });
  });

  it('list 500 versions under each other, one step in at most', () => {
    const messages = [questionOf(0, null), ...Array.from({ length: 500 }, (_, index) => answerOf(index + 1, 0))];
    const rows = treeRows(messages, open);
    expect(rows).toHaveLength(501);
    expect(Math.max(...rows.map(({ depth }) => depth))).toBe(1);
    expect(rows.at(-1)).toMatchObject({ depth: 0, version: 500, versions: 500 });
    expect(rows.find(({ version }) => version === 250)).toMatchObject({ depth: 1, position: 250, setSize: 499 });
  });

  it('keep the first questions beside each other', () => {
    const messages = [questionOf(1, null), answerOf(2, 1), questionOf(3, null), answerOf(4, 3)];
    expect(drawn(messages)).toEqual(['1', '2', '3', '4']);
  });

  it('hide the branches of a closed message, and never the way that goes on', () => {
    const messages = [questionOf(1, null), answerOf(2, 1), questionOf(3, 2), answerOf(4, 1)];
    const closed = new Set([messageId(1)]);
    expect(drawn(messages, closed)).toEqual(['1', '4']);
    expect(treeRows(messages, closed)[0]).toMatchObject({ isClosed: true, branches: 1 });
  });

  it('leave out what hangs on a message that is missing', () => {
    expect(drawn([questionOf(1, null), answerOf(2, 9)])).toEqual(['1']);
  });

  it('hold every message once and below its parent, whatever the tree', () => {
    const parents = fc.array(fc.nat(), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(parents, (numbers) => {
        const messages = numbers.map((number, index) => questionOf(index, index === 0 ? null : number % index));
        const rows = treeRows(messages, open);
        const places = new Map(rows.map(({ message }, index) => [message.id, index]));
        expect(places.size).toBe(messages.length);
        for (const [index, { message, branchOf, depth }] of rows.entries()) {
          const parent = message.parentId === null ? -1 : (places.get(message.parentId) ?? Infinity);
          expect(parent).toBeLessThan(index);
          expect(branchOf === undefined).toBe(depth === 0);
        }
      }),
    );
  });
});

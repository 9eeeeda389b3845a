import { describe, expect, it } from 'vitest';
import { answerOf, messageId, questionOf } from '../testing/messages.ts';
import { findTyped, stepOf } from './tree-keys.ts';
import { treeRows } from './tree-rows.ts';

const messages = [questionOf(1, null, 'Apples'), answerOf(2, 1, 'Bread'), answerOf(3, 1, '**Apricots** now')];
// Apples, > Bread, Apricots
const rows = treeRows(messages, new Set());

describe('the keys of a tree', () => {
  it('walk up and down, and stay at the ends', () => {
    expect(stepOf('ArrowDown', 0, rows, false)).toEqual({ to: 1 });
    expect(stepOf('ArrowUp', 0, rows, false)).toEqual({ to: 0 });
    expect(stepOf('ArrowDown', 2, rows, false)).toEqual({ to: 2 });
    expect(stepOf('End', 0, rows, false)).toEqual({ to: 2 });
    expect(stepOf('Home', 2, rows, false)).toEqual({ to: 0 });
  });

  it('close and open branches, and go to where a branch leaves', () => {
    expect(stepOf('ArrowLeft', 0, rows, false)).toEqual({ toggle: 0 });
    expect(stepOf('ArrowRight', 0, rows, false)).toEqual({ to: 1 });
    expect(stepOf('ArrowLeft', 1, rows, false)).toEqual({ to: 0 });
    expect(stepOf('ArrowRight', 2, rows, false)).toBeUndefined();
    const closed = treeRows(messages, new Set([messageId(1)]));
    expect(stepOf('ArrowRight', 0, closed, false)).toEqual({ toggle: 0 });
  });

  it('are mirrored where the page reads from right to left', () => {
    expect(stepOf('ArrowRight', 1, rows, true)).toEqual({ to: 0 });
    expect(stepOf('ArrowLeft', 0, rows, true)).toEqual({ to: 1 });
  });

  it('find what begins with the letters, without its marks, and begin again at the top', () => {
    expect(findTyped('a', 0, rows)).toBe(2);
    expect(findTyped('a', 2, rows)).toBe(0);
    expect(findTyped('apr', 0, rows)).toBe(2);
    expect(findTyped('AA', 0, rows)).toBe(2);
    expect(findTyped('z', 0, rows)).toBeUndefined();
  });
});

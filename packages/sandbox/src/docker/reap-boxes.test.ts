import { expect, test } from 'vitest';
import { boxLabels, labelsFor } from './box-labels.ts';
import { isLeftOver } from './reap-boxes.ts';

const me = { instance: 'install', runner: 'me' };
const bornAt = 1_000_000;
const now = bornAt + 10_000;
const lifeSeconds = 3_600;

const isReaped = (state: string, owner: typeof me, created: number, at = now) =>
  isLeftOver({ labels: labelsFor(owner, created, lifeSeconds), state }, me, bornAt, at);

test('a box that an earlier process of this install did not come to start is left over', () => {
  expect(isReaped('created', { ...me, runner: 'dead' }, bornAt - 1)).toBe(true);
});

test('a box of this process is not, whatever its state', () => {
  for (const state of ['created', 'running', 'exited']) expect(isReaped(state, me, now - 1)).toBe(false);
});

test('a running box has a living owner', () => {
  expect(isReaped('running', { ...me, runner: 'sibling' }, bornAt - 1)).toBe(false);
  expect(isReaped('running', { instance: 'other', runner: 'other' }, bornAt - 1)).toBe(false);
});

test('a box that somebody else is about to start is not left over until it is late', () => {
  const other = { instance: 'other', runner: 'other' };
  expect(isReaped('created', other, now - 1_000)).toBe(false);
  expect(isReaped('created', other, now, now + 121_000)).toBe(true);
  expect(isReaped('created', { ...me, runner: 'sibling' }, bornAt + 1)).toBe(false);
});

test('any box is left over when its time is over, and when nobody knows when that is', () => {
  expect(isReaped('running', me, now - 3_600_000)).toBe(true);
  expect(isLeftOver({ labels: { [boxLabels.box]: '1' }, state: 'running' }, me, bornAt, now)).toBe(true);
});

import { fireEvent } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultPreferences, setPreferences, usePreferences } from './preferences.ts';
import { describeKeys, listenForShortcuts, listShortcuts, registerShortcut } from './shortcuts.ts';

const run = vi.fn<() => void>();
let stops: (() => void)[] = [];

beforeEach(() => {
  run.mockClear();
  usePreferences.setState(defaultPreferences);
  stops = [listenForShortcuts(window)];
});
afterEach(() => {
  for (const stop of stops) stop();
  document.body.replaceChildren();
});

describe('shortcuts', () => {
  it('are told by what stands on the keys', () => {
    expect(describeKeys('Alt+ArrowUp')).toEqual(['Alt', '↑']);
    expect(describeKeys('Escape')).toEqual(['Esc']);
  });

  it.each([
    ['Mod+Shift+O', { key: 'O', ctrlKey: true, shiftKey: true }],
    ['F6', { key: 'F6' }],
    ['Shift+F6', { key: 'F6', shiftKey: true }],
    ['?', { key: '?', shiftKey: true }],
    ['/', { key: '/' }],
  ])('%s acts on its keys', (keys, event) => {
    add(keys);
    fireEvent.keyDown(document.body, event);
    expect(run).toHaveBeenCalledOnce();
  });

  it.each([
    ['Mod+Shift+O', { key: 'o', ctrlKey: true }],
    ['F6', { key: 'F6', shiftKey: true }],
    ['/', { key: '/', ctrlKey: true }],
    ['/', { key: '/', isComposing: true }],
  ])('%s leaves %j alone', (keys, event) => {
    add(keys);
    fireEvent.keyDown(document.body, event);
    expect(run).not.toHaveBeenCalled();
  });

  it('of one key stay silent while somebody types', () => {
    add('/');
    add('Mod+Shift+O');
    const field = document.body.appendChild(document.createElement('textarea'));
    fireEvent.keyDown(field, { key: '/' });
    expect(run).not.toHaveBeenCalled();
    fireEvent.keyDown(field, { key: 'O', ctrlKey: true, shiftKey: true });
    expect(run).toHaveBeenCalledOnce();
  });

  it('of one key can be switched off', () => {
    setPreferences({ singleKeys: false });
    add('/');
    fireEvent.keyDown(document.body, { key: '/' });
    expect(run).not.toHaveBeenCalled();
  });

  it('are listed until they are taken away', () => {
    const stop = registerShortcut({ id: 'x', keys: 'C', label: 'Copy', group: 'Turn' });
    expect(listShortcuts().map(({ id }) => id)).toContain('x');
    stop();
    expect(listShortcuts().map(({ id }) => id)).not.toContain('x');
  });
});

function add(keys: string): void {
  stops.push(registerShortcut({ id: keys, keys, label: keys, group: 'General', run }));
}

import { fireEvent } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultPreferences, setPreferences, usePreferences } from './preferences.ts';
import { pressedKeys } from './pressed-keys.ts';
import { listenForRemappedKeys } from './remapped-keys.ts';
import { listenForShortcuts, registerShortcut } from './shortcuts.ts';

const run = vi.fn<() => void>();
const handled = vi.fn<(event: KeyboardEvent) => void>();
let stops: (() => void)[] = [];
let turn: HTMLElement;

beforeEach(() => {
  usePreferences.setState(defaultPreferences);
  run.mockClear();
  handled.mockClear();
  turn = document.body.appendChild(document.createElement('article'));
  turn.addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() === 'e') handled(event);
  });
  stops = [
    listenForRemappedKeys(window),
    listenForShortcuts(window),
    registerShortcut({ id: 'open', keys: 'Mod+K', label: 'Open', group: 'General', run }),
    registerShortcut({ id: 'edit', keys: 'E', label: 'Edit', group: 'Turn' }),
  ];
});
afterEach(() => {
  for (const stop of stops) stop();
  document.body.replaceChildren();
});

describe('keys of one’s own', () => {
  it('take the place of those a shortcut comes with', () => {
    setPreferences({ keys: { open: 'Mod+J' } });
    fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true });
    expect(run).not.toHaveBeenCalled();
    fireEvent.keyDown(document.body, { key: 'j', ctrlKey: true });
    expect(run).toHaveBeenCalledOnce();
  });

  it('reach what handles its key itself, and the old key does nothing', () => {
    setPreferences({ keys: { edit: 'X' } });
    fireEvent.keyDown(turn, { key: 'e' });
    expect(handled).not.toHaveBeenCalled();
    fireEvent.keyDown(turn, { key: 'x' });
    expect(handled).toHaveBeenCalledOnce();
  });

  it('are letters like others while somebody types, or where single keys are off', () => {
    setPreferences({ keys: { edit: 'X' } });
    const field = turn.appendChild(document.createElement('textarea'));
    expect(fireEvent.keyDown(field, { key: 'x' })).toBe(true);
    setPreferences({ singleKeys: false });
    fireEvent.keyDown(turn, { key: 'x' });
    expect(handled).not.toHaveBeenCalled();
  });

  it('do nothing during the composition of a text', () => {
    setPreferences({ keys: { edit: 'X' } });
    fireEvent.keyDown(turn, { key: 'x', isComposing: true });
    expect(handled).not.toHaveBeenCalled();
  });

  it('leave a shortcut alone that does not act right now', () => {
    const find = { id: 'find', keys: 'Mod+F', label: 'Find', group: 'Chat', run, when: () => false };
    stops.push(registerShortcut(find));
    expect(fireEvent.keyDown(document.body, { key: 'f', ctrlKey: true })).toBe(true);
    expect(run).not.toHaveBeenCalled();
  });
});

describe('pressed keys', () => {
  const held = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

  it.each([
    [{ key: 'k', ctrlKey: true }, 'Mod+K'],
    [{ key: 'O', ctrlKey: true, shiftKey: true }, 'Mod+Shift+O'],
    [{ key: '?', shiftKey: true }, '?'],
    [{ key: 'F6', shiftKey: true }, 'Shift+F6'],
    [{ key: 'ArrowUp', altKey: true }, 'Alt+ArrowUp'],
    [{ key: 'Control', ctrlKey: true }, undefined],
    [{ key: 'Shift', shiftKey: true }, undefined],
  ])('%j are %s', (event, keys) => {
    expect(pressedKeys({ ...held, ...event })).toBe(keys);
  });
});

import { fireEvent } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ar } from '../locales/ar.ts';
import { de } from '../locales/de.ts';
import { es } from '../locales/es.ts';
import { fr } from '../locales/fr.ts';
import { zh } from '../locales/zh.ts';
import { createTranslator } from './i18n/create-translator.ts';
import { languageStore } from './i18n/language-store.ts';
import { defaultPreferences, setPreferences, usePreferences } from './preferences.ts';
import { describeKeys, listenForShortcuts, listShortcuts, registerShortcut } from './shortcuts.ts';

const english = languageStore.getState();
const run = vi.fn<() => void>();
let stops: (() => void)[] = [];

beforeEach(() => {
  run.mockClear();
  usePreferences.setState(defaultPreferences);
  stops = [listenForShortcuts(window)];
});
afterEach(() => {
  languageStore.setState(english);
  for (const stop of stops) stop();
  document.body.replaceChildren();
});

describe('shortcuts', () => {
  it('are told by what stands on the keys', () => {
    expect(describeKeys('Alt+ArrowUp')).toEqual(['Alt', '↑']);
    expect(describeKeys('Escape')).toEqual(['Esc']);
    expect(describeKeys('Mod+Shift+Enter')).toEqual(['Ctrl', 'Shift', 'Enter']);
  });

  it.each([
    ['de', de, ['Strg', 'Umschalt', 'Eingabe']],
    ['fr', fr, ['Ctrl', 'Maj', 'Entrée']],
    ['es', es, ['Ctrl', 'Mayús', 'Intro']],
    ['zh', zh, ['Ctrl', 'Shift', 'Enter']],
    ['ar', ar, ['Ctrl', 'Shift', 'Enter']],
  ] as const)('are told by what keyboards say where %s is read', (language, words, keys) => {
    languageStore.setState({ language, locale: language, translator: createTranslator(language, words) });
    expect(describeKeys('Mod+Shift+Enter')).toEqual(keys);
  });

  it('have the signs of a Mac on a Mac, in every language', () => {
    languageStore.setState({ language: 'de', locale: 'de', translator: createTranslator('de', de) });
    const userAgent = vi.spyOn(navigator, 'userAgent', 'get').mockReturnValue('Macintosh; Intel Mac OS X');
    expect(describeKeys('Mod+Shift+Alt+ArrowUp')).toEqual(['⌘', '⇧', '⌥', '↑']);
    userAgent.mockRestore();
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

import { useEffect } from 'react';
import { usePreferences } from './preferences.ts';

export interface Shortcut {
  /** Unique; a later registration of the same id replaces the earlier one. */
  readonly id: string;
  /** Such as `Mod+Shift+O`, `F6` or `/`. `Mod` is Command on Apple systems and Ctrl elsewhere. */
  readonly keys: string;
  readonly label: string;
  /** Heading in the shortcut list. */
  readonly group: string;
  /** What it does anywhere on the page. Left out where a component handles the key itself and only wants it listed. */
  readonly run?: () => void;
}

const registered = new Map<string, Shortcut>();

/** Everything registered right now, for the shortcut list. */
export function listShortcuts(): Shortcut[] {
  return [...registered.values()];
}

/** Adds a shortcut; the returned function takes it away again. */
export function registerShortcut(shortcut: Shortcut): () => void {
  registered.set(shortcut.id, shortcut);
  return () => {
    if (registered.get(shortcut.id) === shortcut) registered.delete(shortcut.id);
  };
}

/** Registers shortcuts while a component is mounted, always with what its latest render passed. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  useEffect(() => {
    const stops = shortcuts.map(registerShortcut);
    return () => {
      for (const stop of stops) stop();
    };
  });
}

/** Acts on key presses of the whole page until the returned function is called. */
export function listenForShortcuts(target: Window): () => void {
  target.addEventListener('keydown', onKeyDown);
  return () => target.removeEventListener('keydown', onKeyDown);
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || isBehindDialog(event.target)) return;
  const shortcut = listShortcuts().find(({ run, keys }) => run && matchesKeys(event, keys));
  if (!shortcut?.run) return;
  if (isSingleKey(shortcut.keys) && (isTextField(event.target) || !usePreferences.getState().singleKeys)) return;
  event.preventDefault();
  shortcut.run();
}

/** Whether a key press is the one that `keys` names. */
function matchesKeys(event: KeyboardEvent, keys: string): boolean {
  const parts = keys.split('+');
  const key = parts.at(-1) ?? '';
  const held = new Set(parts.slice(0, -1));
  const mod = isApple() ? event.metaKey : event.ctrlKey;
  const otherMod = isApple() ? event.ctrlKey : event.metaKey;
  if (mod !== held.has('Mod') || otherMod || event.altKey !== held.has('Alt')) return false;
  // `?` needs Shift on most keyboards, so Shift only counts where it is named or the key is a letter or a name.
  if (event.shiftKey !== held.has('Shift') && (held.has('Shift') || /^[\w]+$/.test(key))) return false;
  return event.key.toLowerCase() === key.toLowerCase();
}

/** The keys as this system's users know them: `Ctrl + Shift + O`, or `⌘ ⇧ O`. */
export function describeKeys(keys: string): string[] {
  const names = isApple() ? { Mod: '⌘', Shift: '⇧', Alt: '⌥' } : { Mod: 'Ctrl', Shift: 'Shift', Alt: 'Alt' };
  return keys.split('+').map((key) => Object.entries(names).find(([name]) => name === key)?.[1] ?? key);
}

function isSingleKey(keys: string): boolean {
  return keys.length === 1;
}

function isTextField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable="true"]') !== null;
}

/** A modal dialog or an open menu has the page's attention. */
function isBehindDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('dialog, [role="menu"]') !== null;
}

function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}

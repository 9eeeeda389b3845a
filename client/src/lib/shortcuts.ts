import { useEffect } from 'react';
import { readTexts } from './i18n/use-texts.ts';
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
  /** Whether it acts right now; where it does not, the browser does what it does with these keys. */
  readonly when?: () => boolean;
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
  const shortcut = listShortcuts().find((candidate) => candidate.run && matchesKeys(event, keysOf(candidate)));
  if (!shortcut?.run || shortcut.when?.() === false) return;
  if (isSingleKey(keysOf(shortcut)) && (isTextField(event.target) || !usePreferences.getState().singleKeys)) return;
  event.preventDefault();
  shortcut.run();
}

/** The keys of a shortcut: one's own, else those it comes with. */
export function keysOf({ id, keys }: Pick<Shortcut, 'id' | 'keys'>): string {
  return usePreferences.getState().keys[id] ?? keys;
}

/** Whether a key press is the one that `keys` names. */
export function matchesKeys(event: KeyboardEvent, keys: string): boolean {
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

/** Keys that carry a sign in every language. */
const signs = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→' };
const appleSigns = { Mod: '⌘', Shift: '⇧', Alt: '⌥' };

/** The keys as this reader knows them from the keyboard: `Ctrl + Shift + O`, `Strg + Umschalt + O`, or `⌘ ⇧ O`. */
export function describeKeys(keys: string): string[] {
  const names = new Map(Object.entries({ ...readTexts().keyNames, ...signs, ...(isApple() ? appleSigns : {}) }));
  return keys.split('+').map((key) => names.get(key) ?? key);
}

/** Whether keys act without another one held. */
export function isSingleKey(keys: string): boolean {
  return keys.length === 1;
}

/** Whether keys write into it. */
export function isTextField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable="true"]') !== null;
}

/** A modal dialog or an open menu has the page's attention. */
function isBehindDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('dialog, [role="menu"]') !== null;
}

/** Whether Command takes the part of Ctrl. */
export function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}

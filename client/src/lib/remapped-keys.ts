import { usePreferences } from './preferences.ts';
import { isSingleKey, isTextField, listShortcuts, matchesKeys } from './shortcuts.ts';

const passedOn = new WeakSet<Event>();

/**
 * Lets keys of one's own act where components handle a key themselves: they hear the key they know. The key itself does
 * nothing any more. Works until the returned function is called.
 */
export function listenForRemappedKeys(target: Window): () => void {
  target.addEventListener('keydown', onKeyDown, { capture: true });
  return () => target.removeEventListener('keydown', onKeyDown, { capture: true });
}

function onKeyDown(event: KeyboardEvent): void {
  const { keys, singleKeys } = usePreferences.getState();
  if (passedOn.has(event) || event.isComposing || Object.keys(keys).length === 0) return;
  // New keys are being pressed for some other shortcut.
  if (event.target instanceof Element && event.target.closest('[data-key-field]')) return;
  const handled = listShortcuts().filter(({ id, run }) => run === undefined && keys[id] !== undefined);
  const wanted = handled.find(({ id }) => matchesKeys(event, keys[id] ?? ''));
  if (wanted !== undefined) {
    if (isSingleKey(keys[wanted.id] ?? '') && (isTextField(event.target) || !singleKeys)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    event.target?.dispatchEvent(asKeys(wanted.keys));
    return;
  }
  const replaced = handled.some((shortcut) => matchesKeys(event, shortcut.keys));
  if (replaced && !isTextField(event.target)) event.stopPropagation();
}

function asKeys(keys: string): KeyboardEvent {
  const parts = keys.split('+');
  const key = parts.at(-1) ?? '';
  const event = new KeyboardEvent('keydown', {
    key: isSingleKey(keys) ? key.toLowerCase() : key,
    altKey: parts.includes('Alt'),
    shiftKey: parts.includes('Shift'),
    ctrlKey: parts.includes('Mod'),
    bubbles: true,
    cancelable: true,
  });
  passedOn.add(event);
  return event;
}

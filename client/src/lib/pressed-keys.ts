import { isApple } from './shortcuts.ts';

const modifiers = new Set([
  'Control',
  'Shift',
  'Alt',
  'Meta',
  'AltGraph',
  'CapsLock',
  'Dead',
  'Process',
  'Unidentified',
]);

/** A key press in the way shortcuts are written, such as `Mod+Shift+K`; `undefined` while only Shift or the like is held. */
export function pressedKeys(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>) {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (modifiers.has(key) || key === ' ' || key === '+') return undefined;
  const [mod, other] = isApple() ? [metaKey, ctrlKey] : [ctrlKey, metaKey];
  if (other) return undefined;
  const name = key.length === 1 ? key.toUpperCase() : key;
  // Signs need Shift on some keyboards and not on others, so it is only told where it says more.
  const isShiftTold = shiftKey && (mod || altKey ? true : /^\w/.test(name));
  return [mod ? 'Mod' : '', altKey ? 'Alt' : '', isShiftTold ? 'Shift' : '', name].filter(Boolean).join('+');
}

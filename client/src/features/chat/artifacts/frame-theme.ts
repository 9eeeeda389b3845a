import type { FrameTheme } from './frame-message.ts';

/** Custom properties that artifacts may use. */
const names = [
  '--color-bg',
  '--color-surface',
  '--color-raised',
  '--color-border',
  '--color-outline',
  '--color-text',
  '--color-text-muted',
  '--color-accent',
  '--color-danger',
  '--color-success',
  '--color-warning',
];

/** How Parley looks now, with the colours of that side of its theme. */
export function readFrameTheme(scheme: FrameTheme['scheme']): FrameTheme {
  const style = getComputedStyle(document.documentElement);
  const tokens = names.flatMap((name) => {
    const value = style.getPropertyValue(name).trim();
    return value === '' ? [] : [[name, value] as const];
  });
  return { scheme, tokens: Object.fromEntries(tokens) };
}

import { expect, test, vi } from 'vitest';

interface FileSystem {
  readonly readFileSync: (path: string, encoding: 'utf8') => string;
}

// The test runner empties imported stylesheets, so they are read from disk.
const { readFileSync } = await vi.importActual<FileSystem>('node:fs');
const here = (expect.getState().testPath ?? '').replace(/[^/\\]*$/, '');
const stylesheet = readFileSync(`${here}code.css`, 'utf8');
const tokens = readFileSync(`${here}../../../styles/tokens.css`, 'utf8');

const COLOR = String.raw`oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)`;
const PAIR = new RegExp(String.raw`--([\w-]+): light-dark\(${COLOR}, ${COLOR}\)`, 'g');

interface Pair {
  readonly name: string;
  readonly light: number;
  readonly dark: number;
}

/** Relative luminances of every `light-dark(oklch(…), oklch(…))` in a stylesheet. */
function pairsIn(css: string): Pair[] {
  return Array.from(css.matchAll(PAIR), ([, name = '', ...values]) => {
    const [l = 0, c = 0, h = 0, l2 = 0, c2 = 0, h2 = 0] = values.map(Number);
    return { name, light: luminance(l, c, h), dark: luminance(l2, c2, h2) };
  });
}

/** OKLCH to linear sRGB to relative luminance: Ottosson's matrices, WCAG 2.2's weights. */
function luminance(lightness: number, chroma: number, hue: number): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const red = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s;
  const green = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s;
  const blue = -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s;
  return 0.2126 * clamp(red) + 0.7152 * clamp(green) + 0.0722 * clamp(blue);
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function contrast(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

const surface = pairsIn(tokens).find(({ name }) => name === 'color-surface');

test.for(pairsIn(stylesheet))('$name can be read on the code background in both themes', ({ light, dark }) => {
  expect(contrast(light, surface?.light ?? 0.5)).toBeGreaterThanOrEqual(4.5);
  expect(contrast(dark, surface?.dark ?? 0.5)).toBeGreaterThanOrEqual(4.5);
});

test('every colour of code was looked at', () => {
  expect(pairsIn(stylesheet)).toHaveLength(7);
});

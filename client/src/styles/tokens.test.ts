import { describe, expect, it, vi } from 'vitest';

interface FileSystem {
  readonly readFileSync: (path: string, encoding: 'utf8') => string;
}

// The test runner empties imported stylesheets, so it is read from disk.
const { readFileSync } = await vi.importActual<FileSystem>('node:fs');
const here = (expect.getState().testPath ?? '').replace(/[^/\\]*$/, '');
const stylesheet = readFileSync(`${here}tokens.css`, 'utf8');
const hues = Array.from({ length: 360 }, (_none, hue) => hue);
const themes = ['light', 'dark'] as const;
const contrasts = ['normal', 'more'] as const;
const surfaces = ['bg', 'surface', 'raised', 'user-bubble', 'hover', 'selected'];

describe.for(contrasts.flatMap((contrast) => themes.map((theme) => ({ contrast, theme }))))(
  'in the $theme theme with $contrast contrast',
  ({ contrast, theme }) => {
    const tokens = tokensOf(contrast);
    const colour = (name: string, hue = 262): Colour => {
      const value = tokens.get(name);
      if (value === undefined) throw new Error(`There is no colour ${name}.`);
      return parse(value[theme === 'light' ? 0 : 1] ?? '', hue);
    };

    it('the accent of every hue can be read on every surface, and what is on it, too', () => {
      for (const hue of hues) {
        for (const surface of surfaces) {
          for (const name of ['accent', 'accent-strong']) {
            const ratio = contrastOf(colour(name, hue), colour(surface));
            expect(ratio, `${name} of ${hue} on ${surface}`).toBeGreaterThanOrEqual(4.5);
          }
        }
        expect(contrastOf(colour('accent', hue), colour('on-accent', hue)), `on ${hue}`).toBeGreaterThanOrEqual(4.5);
      }
    });

    it('text can be read on every surface, and controls can be seen', () => {
      const most = contrast === 'more' ? 7 : 4.5;
      for (const surface of surfaces.slice(0, 4)) {
        for (const name of ['text', 'text-muted', 'danger', 'success', 'warning', 'info']) {
          expect(contrastOf(colour(name), colour(surface)), `${name} on ${surface}`).toBeGreaterThanOrEqual(most);
        }
        expect(contrastOf(colour('outline'), colour(surface)), `outline on ${surface}`).toBeGreaterThanOrEqual(3);
      }
    });
  },
);

/** Red, green and blue, linear, 0 to 1. */
type Colour = readonly [number, number, number];

/** The colours of both themes by name, those of high contrast in the place of the usual ones. */
function tokensOf(contrast: 'normal' | 'more'): Map<string, readonly string[]> {
  const [usual = '', high = ''] = stylesheet.split("[data-contrast='more']");
  return new Map([...read(usual), ...(contrast === 'more' ? read(high) : [])]);
}

function read(text: string): (readonly [string, readonly string[]])[] {
  return [...text.matchAll(/--color-([\w-]+): light-dark\((.+)\);/g)].map(([, name = '', pair = '']) => [
    name,
    pair.split(/, (?![^(]*\))/),
  ]);
}

function parse(value: string, hue: number): Colour {
  if (value.startsWith('#')) {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => linear(Number.parseInt(value.slice(at, at + 2), 16)));
    return [red, green, blue];
  }
  const numbers = value.replace('var(--accent-hue)', String(hue)).matchAll(/[\d.]+/g);
  const [lightness = 0, chroma = 0, degrees = 0] = [...numbers].map(([digits]) => Number(digits));
  return fromOklch(lightness, chroma, (degrees * Math.PI) / 180);
}

function linear(byte: number): number {
  const share = byte / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

/** CSS Color 4, section 9.3; what lies outside of sRGB is clipped, as Chromium does. */
function fromOklch(lightness: number, chroma: number, radians: number): Colour {
  const a = chroma * Math.cos(radians);
  const b = chroma * Math.sin(radians);
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    clip(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    clip(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    clip(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  ];
}

function clip(share: number): number {
  return Math.min(1, Math.max(0, share));
}

/** WCAG 2.2, “contrast ratio”. */
function contrastOf(one: Colour, other: Colour): number {
  const [lighter, darker] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05);
}

function luminance([red, green, blue]: Colour): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

import { classNames } from './class-names.ts';
import { nameHue } from './name-hue.ts';

export interface PersonCircleProps {
  readonly name: string;
  readonly size?: 'small' | 'medium';
}

const sizes = { small: 'size-5 text-[0.625rem]', medium: 'size-7 text-xs' } as const;

/** Somebody's initials on a calm colour of their own. Decoration, not text: the name is read elsewhere. */
export function PersonCircle({ name, size = 'medium' }: PersonCircleProps) {
  const hue = nameHue(name);
  return (
    <span
      aria-hidden
      data-initials={initialsOf(name)}
      className={classNames(
        'inline-flex shrink-0 items-center justify-center rounded-full font-semibold select-none',
        'before:content-[attr(data-initials)] forced-colors:border',
        sizes[size],
      )}
      style={{
        backgroundColor: `light-dark(oklch(0.92 0.05 ${hue}), oklch(0.34 0.06 ${hue}))`,
        color: `light-dark(oklch(0.38 0.11 ${hue}), oklch(0.9 0.06 ${hue}))`,
      }}
    />
  );
}

/** The first letters of the first and the last word; one for a name of one word. */
function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = Array.from(words[0] ?? '')[0] ?? '?';
  const last = words.length > 1 ? (Array.from(words.at(-1) ?? '')[0] ?? '') : '';
  return (first + last).toUpperCase();
}

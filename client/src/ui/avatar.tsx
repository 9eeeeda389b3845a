import { Bot } from 'lucide-react';
import { classNames } from './class-names.ts';
import { nameHue } from './name-hue.ts';

export interface AvatarProps {
  /** Its first letter stands in for a missing picture, and gives it a hue; without a name there is a sign. */
  readonly name: string;
  /** A data URL, or `null` for none. */
  readonly picture: string | null;
  readonly size?: 'small' | 'medium' | 'large';
}

const sizes = {
  small: 'size-6 rounded-control text-xs',
  medium: 'size-10 rounded-card text-base',
  large: 'size-16 rounded-card text-xl',
} as const;

/** A picture, or the first letter of a name on a calm colour of its own. Decoration: the name is read elsewhere. */
export function Avatar({ name, picture, size = 'medium' }: AvatarProps) {
  const shape = classNames('inline-flex shrink-0 select-none', sizes[size]);
  if (picture !== null) return <img src={picture} alt="" className={`${shape} object-cover`} />;
  const [letter] = name.trim();
  if (letter === undefined) {
    return (
      <span aria-hidden className={`${shape} items-center justify-center bg-user-bubble text-text-muted`}>
        <Bot className="size-1/2" />
      </span>
    );
  }
  const hue = nameHue(name);
  return (
    <span
      aria-hidden
      className={`${shape} items-center justify-center font-semibold`}
      style={{
        backgroundColor: `light-dark(oklch(0.92 0.05 ${hue}), oklch(0.34 0.06 ${hue}))`,
        color: `light-dark(oklch(0.38 0.11 ${hue}), oklch(0.9 0.06 ${hue}))`,
      }}
    >
      {letter.toUpperCase()}
    </span>
  );
}

import type { ComponentPropsWithRef, ReactNode } from 'react';
import { classNames } from './class-names.ts';

export interface IconButtonProps extends Omit<ComponentPropsWithRef<'button'>, 'aria-label' | 'children'> {
  /** The accessible name; also shown as a tooltip. */
  readonly label: string;
  /** The tooltip, where it says more than the name, such as a shortcut. */
  readonly tooltip?: string;
  readonly icon: ReactNode;
  readonly size?: 'small' | 'medium';
}

/** A button that shows only an icon: 28 or 36 px, 44 px for fingers. */
export function IconButton({ label, tooltip, icon, size = 'medium', className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      data-tooltip={tooltip ?? label}
      {...rest}
      className={classNames(
        'inline-flex shrink-0 items-center justify-center rounded-control text-text-muted',
        'transition-colors hover:bg-hover hover:text-text aria-pressed:text-accent',
        'disabled:cursor-not-allowed disabled:opacity-60 aria-disabled:opacity-40 touch:size-11',
        size === 'small' ? 'size-7' : 'size-9',
        className,
      )}
    >
      {icon}
    </button>
  );
}

import type { ComponentPropsWithRef, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Spinner } from './spinner.tsx';

export interface ButtonProps extends ComponentPropsWithRef<'button'> {
  readonly variant?: 'primary' | 'secondary' | 'ghost' | 'danger';
  readonly size?: 'small' | 'medium' | 'large';
  readonly icon?: ReactNode;
  /** Keeps the button in place and focusable, but deaf, while its work is under way. */
  readonly busy?: boolean;
}

const variants = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  secondary: 'border border-outline bg-transparent text-text hover:bg-hover',
  ghost: 'text-text hover:bg-hover',
  danger: 'border border-danger bg-transparent text-danger hover:bg-hover',
} as const;

const sizes = {
  small: 'min-h-7 px-2.5 text-xs',
  medium: 'min-h-9 px-3.5 text-sm',
  large: 'min-h-11 px-4 text-sm',
} as const;

/** A push button. `type` is `button` unless given, so that only an explicit submit submits. */
export function Button(props: ButtonProps) {
  const { variant = 'secondary', size = 'medium', icon, busy = false, className, children, onClick, ...rest } = props;
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
      className={classNames(
        'inline-flex items-center justify-center gap-2 rounded-control font-medium select-none',
        'transition-colors disabled:cursor-not-allowed disabled:opacity-60 touch:min-h-11',
        variants[variant],
        sizes[size],
        className,
      )}
    >
      {icon}
      {children}
      <Spinner active={busy} />
    </button>
  );
}

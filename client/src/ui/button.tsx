import type { ComponentPropsWithRef, ReactNode } from 'react';
import { buttonClass } from './button-class.ts';
import type { ButtonSize, ButtonVariant } from './button-class.ts';
import { classNames } from './class-names.ts';
import { Spinner } from './spinner.tsx';

export interface ButtonProps extends ComponentPropsWithRef<'button'> {
  readonly variant?: ButtonVariant;
  readonly size?: ButtonSize;
  readonly icon?: ReactNode;
  /** Keeps the button in place and focusable, but deaf, while its work is under way. */
  readonly busy?: boolean;
}

/** A push button. `type` is `button` unless given, so that only an explicit submit submits. */
export function Button(props: ButtonProps) {
  const { variant, size, icon, busy = false, className, children, onClick, ...rest } = props;
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
      className={classNames(buttonClass(variant, size), className)}
    >
      {icon}
      {children}
      <Spinner active={busy} />
    </button>
  );
}

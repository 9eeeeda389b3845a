import { ChevronDown } from 'lucide-react';
import type { ComponentPropsWithRef, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { FieldFrame } from './field-frame.tsx';

export interface SelectFieldProps extends ComponentPropsWithRef<'select'> {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  /** `<option>` and `<optgroup>` elements. */
  readonly children: ReactNode;
}

/** A labelled choice of one, on the browser's own list. */
export function SelectField({ label, hint, error, className, id, children, ...rest }: SelectFieldProps) {
  return (
    <FieldFrame
      label={label}
      hint={hint}
      error={error}
      id={id}
      className={className}
      renderControl={(control) => (
        <div className="relative">
          <select
            {...rest}
            {...control}
            className={classNames(
              'block min-h-11 w-full cursor-pointer appearance-none truncate rounded-control border bg-raised ps-3 pe-9 text-sm',
              error === undefined ? 'border-outline' : 'border-danger',
            )}
          >
            {children}
          </select>
          <ChevronDown
            aria-hidden
            className="pointer-events-none absolute inset-e-3 top-1/2 size-4 -translate-y-1/2 text-text-muted"
          />
        </div>
      )}
    />
  );
}

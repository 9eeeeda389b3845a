import type { ComponentPropsWithRef, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { FieldFrame } from './field-frame.tsx';

export interface TextAreaFieldProps extends ComponentPropsWithRef<'textarea'> {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  /** In the line of the label, at its end. */
  readonly aside?: ReactNode;
}

/** A labelled text of several lines; it grows with what is written, up to 60 % of the page. */
export function TextAreaField({ label, hint, error, aside, rows = 3, className, id, ...rest }: TextAreaFieldProps) {
  return (
    <FieldFrame
      label={label}
      hint={hint}
      error={error}
      aside={aside}
      id={id}
      className={className}
      renderControl={(control) => (
        <textarea
          dir="auto"
          {...rest}
          {...control}
          rows={rows}
          // Where a text sizes its field, `rows` counts for nothing.
          style={{ minHeight: `calc(${String(rows)}lh + 1.375rem)` }}
          className={classNames(
            'block field-sizing-content max-h-[60dvh] w-full resize-y rounded-control border bg-raised px-3 py-2.5 text-sm',
            error === undefined ? 'border-outline' : 'border-danger',
          )}
        />
      )}
    />
  );
}

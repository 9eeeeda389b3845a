import type { ComponentPropsWithRef, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { FieldFrame } from './field-frame.tsx';

export interface TextFieldProps extends ComponentPropsWithRef<'input'> {
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong with the value; marks the field invalid and is tied to it for screen readers. */
  readonly error?: string | undefined;
  /** A control inside the field, at its end. */
  readonly trailing?: ReactNode;
}

/** A labelled one-line input with room for a hint or an error. */
export function TextField({ label, hint, error, trailing, className, id, ...rest }: TextFieldProps) {
  return (
    <FieldFrame
      label={label}
      hint={hint}
      error={error}
      id={id}
      className={className}
      renderControl={(control) => (
        <div dir={rest.dir === 'auto' ? undefined : rest.dir} className="relative">
          <input
            // A control at the end of the line of the page has its room there, whatever is written.
            dir={trailing === undefined ? 'auto' : undefined}
            {...rest}
            {...control}
            className={classNames(
              'block min-h-11 w-full rounded-control border bg-raised px-3 text-sm',
              rest.readOnly ? 'text-ellipsis' : undefined,
              trailing === undefined ? undefined : 'pe-12',
              error === undefined ? 'border-outline' : 'border-danger',
            )}
          />
          {trailing === undefined ? null : (
            <span className="absolute inset-y-0 end-1 flex items-center">{trailing}</span>
          )}
        </div>
      )}
    />
  );
}

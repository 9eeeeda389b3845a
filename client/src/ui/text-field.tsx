import { useId } from 'react';
import type { ComponentPropsWithRef, ReactNode } from 'react';
import { CircleAlert } from 'lucide-react';
import { classNames } from './class-names.ts';

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
  const generatedId = useId();
  const inputId = id ?? generatedId;
  const noteId = `${inputId}-note`;
  const note = error ?? hint;
  return (
    <div className={classNames('flex flex-col gap-1.5', className)}>
      <label htmlFor={inputId} className="text-sm font-medium">
        {label}
      </label>
      <div className="relative">
        <input
          {...rest}
          id={inputId}
          aria-invalid={error === undefined ? undefined : true}
          aria-describedby={note === undefined ? undefined : noteId}
          className={classNames(
            'block min-h-11 w-full rounded-control border bg-raised px-3 text-sm',
            trailing === undefined ? undefined : 'pe-12',
            error === undefined ? 'border-outline' : 'border-danger',
          )}
        />
        {trailing === undefined ? null : <span className="absolute inset-y-0 end-1 flex items-center">{trailing}</span>}
      </div>
      {note === undefined ? null : (
        <p
          id={noteId}
          className={classNames(
            'flex items-start gap-1 text-xs',
            error === undefined ? 'text-text-muted' : 'text-danger',
          )}
        >
          {error === undefined ? null : <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />}
          <span>{note}</span>
        </p>
      )}
    </div>
  );
}

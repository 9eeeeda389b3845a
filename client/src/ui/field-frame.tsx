import { CircleAlert } from 'lucide-react';
import { useId } from 'react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

/** To be spread on the control of a field. */
export interface FieldControlProps {
  readonly id: string;
  readonly 'aria-invalid': true | undefined;
  readonly 'aria-describedby': string | undefined;
}

export interface FieldFrameProps {
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong with the value; marks the control invalid and is tied to it for screen readers. */
  readonly error?: string | undefined;
  /** In the line of the label, at its end. */
  readonly aside?: ReactNode;
  readonly id?: string | undefined;
  readonly className?: string | undefined;
  readonly renderControl: (props: FieldControlProps) => ReactNode;
}

/** What all fields share: the label above a control, and a hint or an error below it. */
export function FieldFrame({ label, hint, error, aside, id, className, renderControl }: FieldFrameProps) {
  const generatedId = useId();
  const controlId = id ?? generatedId;
  const noteId = `${controlId}-note`;
  const note = error ?? hint;
  const labelElement = (
    <label htmlFor={controlId} className="text-sm font-medium">
      {label}
    </label>
  );
  return (
    <div className={classNames('flex min-w-0 flex-col gap-1.5', className)}>
      {aside === undefined ? (
        labelElement
      ) : (
        <div className="flex flex-wrap items-center justify-between gap-x-3">
          {labelElement}
          {aside}
        </div>
      )}
      {renderControl({
        id: controlId,
        'aria-invalid': error === undefined ? undefined : true,
        'aria-describedby': note === undefined ? undefined : noteId,
      })}
      {note === undefined ? null : (
        <p
          id={noteId}
          className={classNames(
            'flex items-start gap-1 text-xs',
            error === undefined ? 'text-text-muted' : 'text-danger',
          )}
        >
          {error === undefined ? null : <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />}
          <span className="min-w-0">{note}</span>
        </p>
      )}
    </div>
  );
}

import { useId } from 'react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

export interface CheckboxProps {
  readonly label: ReactNode;
  /** Says more than the label; read out with it. */
  readonly description?: ReactNode;
  /** Absent where the form keeps it, under its `name`. */
  readonly checked?: boolean;
  readonly name?: string;
  /** Some of what it stands for is chosen, and some is not. */
  readonly isMixed?: boolean;
  readonly disabled?: boolean;
  readonly onChange?: (checked: boolean) => void;
  readonly className?: string;
}

/** Chosen or not, as one of several; the whole line is the target. */
export function Checkbox({
  label,
  description,
  checked,
  name,
  isMixed = false,
  disabled = false,
  onChange,
  className,
}: CheckboxProps) {
  const id = useId();
  return (
    <div
      className={classNames(
        'relative flex min-h-9 items-start gap-3 rounded-control px-2 py-2 touch:min-h-11',
        disabled ? undefined : 'hover:bg-hover',
        className,
      )}
    >
      <input
        id={id}
        type="checkbox"
        name={name}
        checked={checked}
        ref={(box) => {
          if (box) box.indeterminate = isMixed;
        }}
        disabled={disabled}
        aria-describedby={description === undefined ? undefined : `${id}-text`}
        onChange={(event) => onChange?.(event.currentTarget.checked)}
        className="relative z-10 mt-0.5 size-4 shrink-0 cursor-pointer accent-accent disabled:cursor-default"
      />
      <div className="min-w-0 flex-1">
        <label
          htmlFor={id}
          className={classNames(
            'block font-medium before:absolute before:inset-0',
            disabled ? 'text-text-muted' : 'before:cursor-pointer',
          )}
        >
          {label}
        </label>
        {description === undefined ? null : (
          <div id={`${id}-text`} className="text-xs text-text-muted">
            {description}
          </div>
        )}
      </div>
    </div>
  );
}

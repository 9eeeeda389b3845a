import { useId } from 'react';

export interface RadioChoiceProps<T extends string> {
  readonly legend: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChoose: (value: T) => void;
  /** Of the whole group. */
  readonly className: string;
  /** Of each option; `has-checked` tells which is chosen. */
  readonly optionClassName: string;
}

/** Radio buttons that lie unseen over their labels, so that arrow keys and screen readers know what looks like buttons. */
export function RadioChoice<T extends string>(props: RadioChoiceProps<T>) {
  const { legend, value, options, onChoose, className, optionClassName } = props;
  const name = useId();
  return (
    <fieldset className={`flex min-w-0 flex-wrap ${className}`}>
      <legend className="sr-only">{legend}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className={`relative flex min-h-8 cursor-pointer items-center justify-center px-3 text-text-muted touch:min-h-11 touch:min-w-11 ${optionClassName}`}
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChoose(option.value)}
            className="absolute inset-0 cursor-pointer opacity-0"
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}

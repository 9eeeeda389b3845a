import { useId } from 'react';

export interface SegmentedChoiceProps<T extends string> {
  readonly legend: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChoose: (value: T) => void;
}

/** One of a few options side by side; radio buttons underneath, so arrow keys and screen readers know it. */
export function SegmentedChoice<T extends string>({ legend, value, options, onChoose }: SegmentedChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset className="flex min-w-0 flex-wrap gap-0.5 rounded-[8px] bg-user-bubble p-0.5">
      <legend className="sr-only">{legend}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className={
            'relative flex min-h-8 cursor-pointer items-center rounded-control px-3 text-text-muted hover:text-text ' +
            'has-checked:bg-raised has-checked:font-medium has-checked:text-text has-checked:ring-1 ' +
            'has-checked:ring-outline has-focus-visible:outline-2 has-focus-visible:outline-accent touch:min-h-11'
          }
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

import { useId } from 'react';

export interface ScopeOptionProps {
  /** Of the radio buttons it belongs to. */
  readonly name: string;
  readonly label: string;
  readonly text: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

/** One of a few radio buttons that say in a sentence what they mean; the whole card is the target. */
export function ScopeOption({ name, label, text, isChosen, onChoose }: ScopeOptionProps) {
  const id = useId();
  return (
    <label
      className={
        'relative flex min-h-11 cursor-pointer items-start gap-3 rounded-card border border-border px-3.5 py-2.5 ' +
        'transition-colors hover:bg-hover has-checked:border-accent has-focus-visible:outline-2 has-focus-visible:outline-accent'
      }
    >
      <input
        type="radio"
        name={name}
        checked={isChosen}
        aria-labelledby={`${id}-label`}
        aria-describedby={`${id}-text`}
        onChange={onChoose}
        className="mt-0.5 size-4 shrink-0 accent-accent outline-none"
      />
      <span className="min-w-0">
        <span id={`${id}-label`} className="block font-medium">
          {label}
        </span>
        <span id={`${id}-text`} className="block text-xs text-text-muted">
          {text}
        </span>
      </span>
    </label>
  );
}

import { RadioChoice } from './radio-choice.tsx';
import type { RadioChoiceProps } from './radio-choice.tsx';

export interface ChoiceChipsProps<T extends string> extends Omit<RadioChoiceProps<T>, 'className' | 'optionClassName'> {
  /** Few enough to wrap on narrow pages, too. */
  readonly wraps?: boolean;
}

/** One of several, as chips that wrap, or scroll sideways on narrow pages. */
export function ChoiceChips<T extends string>({ wraps = false, ...props }: ChoiceChipsProps<T>) {
  return (
    <RadioChoice
      {...props}
      className={
        wraps
          ? 'gap-1.5'
          : 'gap-1.5 max-sm:-mx-4 max-sm:flex-nowrap max-sm:overflow-x-auto max-sm:px-4 max-sm:py-1 max-sm:[scrollbar-width:none]'
      }
      optionClassName={
        'shrink-0 rounded-full border border-border transition-colors hover:bg-hover hover:text-text ' +
        'has-checked:border-accent has-checked:font-medium has-checked:text-accent has-focus-visible:outline-2 ' +
        'has-focus-visible:outline-offset-2 has-focus-visible:outline-accent touch:px-4'
      }
    />
  );
}

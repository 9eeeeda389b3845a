import { RadioChoice } from './radio-choice.tsx';
import type { RadioChoiceProps } from './radio-choice.tsx';

export type ChoiceChipsProps<T extends string> = Omit<RadioChoiceProps<T>, 'className' | 'optionClassName'>;

/** One of several, as chips that wrap, or scroll sideways on narrow pages. */
export function ChoiceChips<T extends string>(props: ChoiceChipsProps<T>) {
  return (
    <RadioChoice
      {...props}
      className={
        'gap-1.5 max-sm:-mx-4 max-sm:flex-nowrap max-sm:overflow-x-auto max-sm:px-4 max-sm:py-1 ' +
        'max-sm:[scrollbar-width:none]'
      }
      optionClassName={
        'shrink-0 rounded-full border border-border transition-colors hover:bg-hover hover:text-text ' +
        'has-checked:border-accent has-checked:font-medium has-checked:text-accent has-focus-visible:outline-2 ' +
        'has-focus-visible:outline-offset-2 has-focus-visible:outline-accent touch:px-4'
      }
    />
  );
}

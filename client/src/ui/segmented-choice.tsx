import { RadioChoice } from './radio-choice.tsx';
import type { RadioChoiceProps } from './radio-choice.tsx';

export type SegmentedChoiceProps<T extends string> = Omit<RadioChoiceProps<T>, 'className' | 'optionClassName'>;

/** One of a few options side by side. */
export function SegmentedChoice<T extends string>(props: SegmentedChoiceProps<T>) {
  return (
    <RadioChoice
      {...props}
      className="gap-0.5 rounded-[8px] bg-user-bubble p-0.5"
      optionClassName={
        'rounded-control hover:text-text has-checked:bg-raised has-checked:font-medium has-checked:text-text ' +
        'has-checked:ring-1 has-checked:ring-outline has-focus-visible:outline-2 has-focus-visible:outline-accent'
      }
    />
  );
}

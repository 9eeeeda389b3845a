import { LoaderCircle } from 'lucide-react';
import { classNames } from './class-names.ts';
import { useDelayedFlag } from './use-delayed-flag.ts';
import { VisuallyHidden } from './visually-hidden.tsx';

export interface SpinnerProps {
  /** Whether something is under way; the spinner itself appears after 200 ms and stays for at least 400 ms. */
  readonly active?: boolean;
  /** Read out when the spinner appears. Leave it out where the surrounding control says it already. */
  readonly label?: string;
  readonly className?: string;
}

/** A sign that something is under way, for waits of unknown length. */
export function Spinner({ active = true, label, className }: SpinnerProps) {
  const shown = useDelayedFlag(active);
  if (!shown) return null;
  return (
    <span role={label === undefined ? undefined : 'status'} className={classNames('inline-flex', className)}>
      <LoaderCircle aria-hidden className="size-4 animate-spin" />
      {label === undefined ? null : <VisuallyHidden>{label}</VisuallyHidden>}
    </span>
  );
}

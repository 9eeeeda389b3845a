import { Square } from 'lucide-react';
import { Button } from '../../../../ui/button.tsx';

export interface StopButtonProps {
  readonly label: string;
  /** What it stops, where that is more than its label says; begins with it. */
  readonly name?: string;
  /** It has been asked to stop. */
  readonly busy: boolean;
  readonly onStop: () => void;
}

/** Ends what runs. */
export function StopButton({ label, name, busy, onStop }: StopButtonProps) {
  return (
    <Button
      size="small"
      variant="ghost"
      busy={busy}
      aria-label={name}
      icon={<Square aria-hidden className="size-3 fill-current" />}
      onClick={onStop}
    >
      {label}
    </Button>
  );
}

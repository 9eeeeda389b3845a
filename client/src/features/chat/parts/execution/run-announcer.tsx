import { useState } from 'react';

export interface RunAnnouncerProps {
  readonly isActive: boolean;
  readonly running: string;
  readonly ended: string;
}

/** Tells screen readers that a run began and how it ended, and nothing between. Runs that were over already are not read out. */
export function RunAnnouncer({ isActive, running, ended }: RunAnnouncerProps) {
  const [wasActive, setWasActive] = useState(isActive);
  if (isActive && !wasActive) setWasActive(true);
  return (
    <div aria-live="polite" className="sr-only">
      {wasActive ? (isActive ? running : ended) : null}
    </div>
  );
}

import { useId } from 'react';
import type { ReactNode } from 'react';

export interface SectionProps {
  readonly title: string;
  readonly hint?: string;
  readonly children: ReactNode;
}

/** A titled card of the builder. */
export function Section({ title, hint, children }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="rounded-card border border-border bg-raised px-4 py-4 sm:px-5">
      <h2 id={id} className="text-base font-semibold">
        {title}
      </h2>
      {hint === undefined ? null : <p className="text-xs text-text-muted">{hint}</p>}
      <div className="mt-3 flex flex-col gap-4">{children}</div>
    </section>
  );
}

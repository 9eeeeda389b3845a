import { useId } from 'react';
import type { ReactNode } from 'react';

/** A titled card of settings, one below the other. */
export function SettingsSection({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="mb-2 text-base font-semibold">
        {title}
      </h2>
      <div className="divide-y divide-border rounded-card border border-border bg-raised px-4">{children}</div>
    </section>
  );
}

import { ChevronRight } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { classNames } from '../../../ui/class-names.ts';

export interface DisclosureProps {
  readonly icon: ReactNode;
  readonly label: string;
  readonly tone?: 'muted' | 'danger';
  /** Whether the label pulses, because what it names goes on. */
  readonly active?: boolean;
  readonly children: ReactNode;
}

/** One quiet line that opens to its details. Closed at first; its contents exist only while it is open. */
export function Disclosure({ icon, label, tone = 'muted', active = false, children }: DisclosureProps) {
  const [open, setOpen] = useState(false);
  const panelId = useId();
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={open ? panelId : undefined}
        onClick={() => setOpen(!open)}
        className={classNames(
          '-ms-1.5 inline-flex min-h-7 max-w-full items-center gap-2 rounded-control px-1.5 text-start text-sm',
          'transition-colors hover:bg-hover touch:min-h-11',
          tone === 'danger' ? 'text-danger' : 'text-text-muted hover:text-text',
        )}
      >
        <span aria-hidden className={classNames('inline-flex shrink-0', active && 'animate-pulse')}>
          {icon}
        </span>
        <span className="min-w-0 truncate tabular-nums">{label}</span>
        <ChevronRight
          aria-hidden
          className={classNames('size-3.5 shrink-0 transition-transform rtl:-scale-x-100', open && 'rotate-90')}
        />
      </button>
      {open ? (
        <div id={panelId} className="mt-1.5 mb-1 ms-1.5 border-s-2 border-border ps-4">
          {children}
        </div>
      ) : null}
    </div>
  );
}

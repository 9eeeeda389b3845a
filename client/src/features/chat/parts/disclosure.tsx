import { ChevronRight } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { classNames } from '../../../ui/class-names.ts';

export interface DisclosureProps {
  readonly icon: ReactNode;
  readonly label: string;
  /** How it goes with what the label names, at the end of the line. */
  readonly status?: string | undefined;
  readonly tone?: 'muted' | 'danger';
  /** Whether the label pulses, because what it names goes on. */
  readonly active?: boolean;
  /** Opens it and keeps it open, because something in it must be seen. It stays open afterwards, until somebody closes it. */
  readonly forced?: boolean;
  readonly children: ReactNode;
}

/** One quiet line that opens to its details. Closed at first; its contents exist only while it is open. */
export function Disclosure(props: DisclosureProps) {
  const { icon, label, status, tone = 'muted', active = false, forced = false, children } = props;
  const [open, setOpen] = useState(forced);
  const panelId = useId();
  if (forced && !open) setOpen(true);
  return (
    <div className="min-w-0">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={open ? panelId : undefined}
        aria-disabled={forced || undefined}
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
        <span className="flex min-w-0 tabular-nums">
          <span className="isolate min-w-0 truncate">{label}</span>
          {status === undefined ? null : <span className="shrink-0 whitespace-pre">{` · ${status}`}</span>}
        </span>
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

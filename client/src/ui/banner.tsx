import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

export interface BannerProps {
  readonly tone?: 'info' | 'success' | 'warning' | 'danger';
  /** Buttons or links at the end. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

const tones = {
  info: { icon: Info, colour: 'text-info' },
  success: { icon: CircleCheck, colour: 'text-success' },
  warning: { icon: TriangleAlert, colour: 'text-warning' },
  danger: { icon: CircleAlert, colour: 'text-danger' },
} as const;

/** A notice in the flow of the page. A danger banner is announced at once, the others politely. */
export function Banner({ tone = 'info', actions, children, className }: BannerProps) {
  const { icon: Icon, colour } = tones[tone];
  return (
    <div
      role={tone === 'danger' ? 'alert' : 'status'}
      className={classNames(
        'flex flex-wrap items-center gap-x-3 gap-y-2 rounded-card border border-border bg-raised px-3 py-2.5 text-sm',
        className,
      )}
    >
      <Icon aria-hidden className={classNames('size-4 shrink-0', colour)} />
      <div className="min-w-0 flex-1 basis-48">{children}</div>
      {actions}
    </div>
  );
}

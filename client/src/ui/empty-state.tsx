import type { ReactNode } from 'react';

export interface EmptyStateProps {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly text?: string;
  /** The one next step. */
  readonly action?: ReactNode;
}

/** What a list or page shows while it has nothing: why, and the next step. */
export function EmptyState({ icon, title, text, action }: EmptyStateProps) {
  return (
    <div className="mx-auto flex max-w-sm flex-col items-center gap-2 px-4 py-8 text-center">
      {icon === undefined ? null : (
        <span aria-hidden className="mb-1 text-text-muted">
          {icon}
        </span>
      )}
      <p className="font-medium">{title}</p>
      {text === undefined ? null : <p className="text-text-muted">{text}</p>}
      {action === undefined ? null : <div className="mt-2">{action}</div>}
    </div>
  );
}

import type { ReactNode } from 'react';
import { classNames } from '../ui/class-names.ts';

export interface ContentPageProps {
  readonly title: string;
  /** A sentence below the title. */
  readonly intro?: string;
  /** Buttons and links beside the title. */
  readonly actions?: ReactNode;
  /** A column to read, or room for cards and tables. */
  readonly width?: 'reading' | 'wide';
  readonly children: ReactNode;
}

/** A scrolling page with one heading, beside the sidebar. */
export function ContentPage({ title, intro, actions, width = 'reading', children }: ContentPageProps) {
  return (
    <main className="flex-1 overflow-y-auto" data-region="transcript" tabIndex={-1}>
      {/* The shell's own buttons float here while the sidebar is hidden; the page scrolls under this row. */}
      <div className="sticky top-0 z-10 box-content h-(--header-height) bg-bg pt-[env(safe-area-inset-top)]" />
      <div
        className={classNames(
          'mx-auto w-full px-4 pt-2 pb-16 sm:px-6',
          width === 'reading' ? 'max-w-(--column-width)' : 'max-w-6xl',
        )}
      >
        <div className="mb-6 flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
          <div className="min-w-0">
            <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
            {intro === undefined ? null : <p className="text-text-muted">{intro}</p>}
          </div>
          {actions === undefined ? null : <div className="flex flex-wrap gap-2">{actions}</div>}
        </div>
        {children}
      </div>
    </main>
  );
}

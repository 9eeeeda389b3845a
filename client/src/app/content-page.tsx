import type { ReactNode } from 'react';

/** A scrolling page with one heading in a reading column, beside the sidebar. */
export function ContentPage({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <main className="flex-1 overflow-y-auto" data-region="transcript" tabIndex={-1}>
      {/* The shell's own buttons float here while the sidebar is hidden; the page scrolls under this row. */}
      <div className="sticky top-0 z-10 box-content h-(--header-height) bg-bg pt-[env(safe-area-inset-top)]" />
      <div className="mx-auto w-full max-w-(--column-width) px-4 pt-2 pb-16 sm:px-6">
        <h1 className="mb-6 text-2xl font-semibold tracking-tight">{title}</h1>
        {children}
      </div>
    </main>
  );
}

import { Link, Outlet } from '@tanstack/react-router';
import { useTexts } from '../lib/i18n/use-texts.ts';
import { useAppTitle } from '../lib/use-app-title.ts';

/** The frame of the signing-in pages: the name of the install above a card, help below. */
export function AuthLayout() {
  const { auth } = useTexts();
  const appTitle = useAppTitle();
  return (
    <div className="flex min-h-dvh flex-col items-center bg-surface px-4 pt-[max(1rem,env(safe-area-inset-top))] pb-[max(1rem,env(safe-area-inset-bottom))]">
      <div className="flex-[2]" />
      <header className="mb-6 flex items-center gap-2.5">
        <img src="/favicon.svg" alt="" className="size-9" />
        <span className="text-xl font-semibold tracking-tight">{appTitle}</span>
      </header>
      <main className="w-full max-w-[25rem] rounded-bubble border border-border bg-raised p-6 sm:p-8">
        <Outlet />
      </main>
      <div className="flex-[3]" />
      <footer className="mt-6 flex w-full max-w-[25rem] flex-wrap items-center justify-between gap-x-4 text-xs text-text-muted">
        <span>{auth.tagline}</span>
        <Link
          to="/docs/$"
          params={{ _splat: 'README' }}
          className="inline-flex min-h-6 items-center underline underline-offset-2 hover:text-text touch:min-h-11"
        >
          {auth.documentation}
        </Link>
      </footer>
    </div>
  );
}

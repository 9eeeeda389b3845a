import type { ReactNode } from 'react';

export interface MessagePageProps {
  readonly title: string;
  readonly text: string;
  readonly children: ReactNode;
}

/** A page that only says something and offers what to do next. */
export function MessagePage({ title, text, children }: MessagePageProps) {
  return (
    <main className="grid min-h-[70dvh] place-items-center p-6">
      <div className="flex max-w-md flex-col items-center gap-3 text-center">
        <h1 className="text-xl font-semibold">{title}</h1>
        <p className="text-text-muted">{text}</p>
        <div className="mt-2 flex flex-wrap justify-center gap-2">{children}</div>
      </div>
    </main>
  );
}

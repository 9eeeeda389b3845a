import { Info } from 'lucide-react';

/** What the reader should know about how an answer was written, quietly above it. */
export function NoticeList({ notices }: { readonly notices: readonly string[] }) {
  return (
    <ul className="m-0 flex list-none flex-col gap-1 p-0 text-xs text-text-muted">
      {notices.map((notice) => (
        <li key={notice} className="flex items-start gap-1.5">
          <Info aria-hidden className="mt-px size-3.5 shrink-0" />
          <span className="min-w-0 wrap-anywhere">{notice}</span>
        </li>
      ))}
    </ul>
  );
}

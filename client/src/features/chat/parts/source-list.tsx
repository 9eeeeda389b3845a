import type { SourcePart } from '@parley/contracts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { VisuallyHidden } from '../../../ui/visually-hidden.tsx';
import { AppLink } from './app-link.tsx';

/** The passages an answer rests on, as numbered chips that lead to them. */
export function SourceList({ sources }: { readonly sources: readonly SourcePart[] }) {
  const { chat } = useTexts();
  return (
    <div className="mt-1">
      <h3 className="mb-1.5 text-xs font-medium text-text-muted">{chat.parts.sources}</h3>
      <ol className="flex flex-wrap gap-1.5">
        {sources.map((source, index) => (
          <li key={source.id} className="max-w-full">
            <SourceChip source={source} number={index + 1} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function SourceChip({ source, number }: { readonly source: SourcePart; readonly number: number }) {
  const { chat } = useTexts();
  const content = (
    <>
      <VisuallyHidden>{chat.parts.source(number)}</VisuallyHidden>
      <span aria-hidden className="text-text-muted tabular-nums">
        {number}
      </span>
      <span dir="auto" className="min-w-0 truncate">
        {source.title}
      </span>
    </>
  );
  const shape =
    'inline-flex min-h-7 max-w-full items-center gap-1.5 rounded-full border border-border px-2.5 text-xs touch:min-h-11';
  if (!isSafe(source.url)) return <span className={shape}>{content}</span>;
  return (
    <AppLink href={source.url} title={source.excerpt} className={`${shape} transition-colors hover:bg-hover`}>
      {content}
    </AppLink>
  );
}

/** A model chose this address: only the web and the app itself are followed. */
function isSafe(url: string): boolean {
  const parsed = URL.parse(url, location.origin);
  return parsed !== null && (parsed.protocol === 'https:' || parsed.protocol === 'http:');
}

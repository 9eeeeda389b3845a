import type { CodeRunSummary } from '@parley/contracts';
import { TriangleAlert } from 'lucide-react';
import { useCodeTexts } from '../../../../lib/i18n/use-code-texts.ts';

const mostNamed = 10;

/** Files that a run wrote and that were not kept, each with the reason. */
export function SkippedFiles({ skipped }: Pick<CodeRunSummary, 'skipped'>) {
  const { files: texts } = useCodeTexts();
  if (skipped.length === 0) return null;
  return (
    <div className="flex gap-2 text-xs text-text-muted">
      <TriangleAlert aria-hidden className="size-4 shrink-0 text-warning" />
      <div className="min-w-0 wrap-anywhere">
        <p className="font-medium text-text">{texts.skipped(skipped.length)}</p>
        {skipped.slice(0, mostNamed).map(({ name, reason }, index) => (
          <p key={index}>
            <bdi className="font-medium">{name}</bdi>: {reason}
          </p>
        ))}
        {skipped.length > mostNamed ? <p>{texts.moreSkipped(skipped.length - mostNamed)}</p> : null}
      </div>
    </div>
  );
}

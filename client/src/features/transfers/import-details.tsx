import type { Import } from '@parley/contracts';
import { useDataTexts } from '../../lib/i18n/use-data-texts.ts';
import { currentLocale } from '../../lib/i18n/language-store.ts';

/** What of a file did not come along, for whoever wants to know. */
export function ImportDetails({ item: { skips, skipped, leftOut } }: { readonly item: Import }) {
  const texts = useDataTexts();
  if (skips.length === 0 && leftOut.length === 0) return null;
  const unlisted = skipped - skips.length;
  return (
    <details className="mt-1 text-xs">
      <summary className="cursor-pointer py-1">{texts.details}</summary>
      <ul className="m-0 max-h-60 list-disc overflow-y-auto ps-5 text-text-muted">
        {leftOut.map(({ what, count }) => (
          <li key={what}>
            {texts.leftOut[what]}: {count.toLocaleString(currentLocale())}
          </li>
        ))}
        {skips.map(({ title, reason }, index) => (
          // Titles may be the same.
          <li key={index} className="wrap-anywhere">
            <bdi>{title || texts.untitled}</bdi>: {texts.reasons[reason]}
          </li>
        ))}
        {unlisted > 0 ? <li>{texts.more(unlisted)}</li> : null}
      </ul>
    </details>
  );
}

import { useEffect, useRef } from 'react';
import { useActionsTexts } from '../../lib/i18n/use-actions-texts.ts';
import { Button } from '../../ui/button.tsx';
import type { Description } from './description.ts';

export interface DescriptionSummaryProps {
  readonly description: Description;
  readonly onChange: () => void;
}

/** What was found in a description, what of it was left out and why, and the way back to it. */
export function DescriptionSummary({ description, onChange }: DescriptionSummaryProps) {
  const { description: texts } = useActionsTexts();
  const found = useRef<HTMLParagraphElement>(null);
  const { title, operations, leftOut } = description;
  // Reading took the focused button away: what came of it is read out, and the next Tab leads on from here.
  useEffect(() => found.current?.focus(), []);
  return (
    <div className="rounded-card border border-border px-3 py-2">
      <div className="flex flex-wrap items-center justify-between gap-x-3">
        <p ref={found} tabIndex={-1} className="min-w-0 font-medium wrap-anywhere">
          {texts.found(title, operations.length)}
        </p>
        <Button variant="ghost" size="small" className="-mx-2.5" onClick={onChange}>
          {texts.change}
        </Button>
      </div>
      {leftOut.length === 0 ? null : (
        <details className="mt-1 text-xs text-text-muted">
          <summary className="w-fit rounded-control py-1 touch:py-3">{texts.leftOut(leftOut.length)}</summary>
          <ul className="mt-1 list-disc ps-5">
            {leftOut.map((reason) => (
              <li key={reason} className="wrap-anywhere">
                {reason}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

import type { SentPiece } from '@parley/contracts';
import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import { usePanelTexts } from '../../../lib/i18n/use-panel-texts.ts';
import { classNames } from '../../../ui/class-names.ts';
import { CopyButton } from '../thread/copy-button.tsx';
import { useCopy } from '../thread/use-copy.ts';

/** More than this of a piece is shown only on request, so that a book does not hold up the page. */
const shownAtFirst = 20_000;

export interface SentSectionProps {
  readonly piece: SentPiece;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** One piece of what was sent: a line with its name, length and beginning, that opens to its exact text. */
export function SentSection({ piece, isOpen, onToggle }: SentSectionProps) {
  const { sent } = usePanelTexts();
  const { copied, copy } = useCopy();
  const [isWhole, setWhole] = useState(false);
  const id = useId();
  const { kind, text } = piece;
  const name = sent.kinds[kind];
  return (
    <div>
      <h3 className="flex items-center">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={isOpen ? id : undefined}
          onClick={onToggle}
          className="flex min-h-10 min-w-0 flex-1 items-center gap-2 py-1.5 text-start hover:bg-hover touch:min-h-11"
        >
          <ChevronRight
            aria-hidden
            className={classNames(
              'size-3.5 shrink-0 text-text-muted transition-transform rtl:-scale-x-100',
              isOpen && 'rotate-90',
            )}
          />
          <span className="shrink-0 font-medium">{name}</span>
          <span dir="auto" className="min-w-0 flex-1 truncate text-text-muted">
            {isOpen ? null : text.slice(0, 120)}
          </span>
          <span className="shrink-0 text-xs text-text-muted tabular-nums">{sent.characters(text.length)}</span>
        </button>
        <CopyButton label={sent.copyPiece(name)} copied={copied} onCopy={() => copy(text)} />
      </h3>
      {isOpen ? (
        <div id={id} className="pb-3 ps-5.5">
          <pre
            dir="auto"
            className="m-0 rounded-card bg-surface px-3 py-2.5 text-[0.8125rem]/5 wrap-anywhere whitespace-pre-wrap"
          >
            {isWhole ? text : text.slice(0, shownAtFirst)}
          </pre>
          {isWhole || text.length <= shownAtFirst ? null : (
            <button
              type="button"
              onClick={() => setWhole(true)}
              className="mt-1 min-h-7 rounded-control text-sm font-medium text-accent hover:underline touch:min-h-11"
            >
              {sent.showAll}
            </button>
          )}
        </div>
      ) : null}
    </div>
  );
}

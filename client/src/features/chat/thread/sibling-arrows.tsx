import type { MessageId } from '@parley/contracts';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { IconButton } from '../../../ui/icon-button.tsx';

export interface SiblingArrowsProps {
  readonly current: MessageId;
  /** Oldest first; contains `current`. */
  readonly siblings: readonly MessageId[];
  readonly onChoose: (id: MessageId) => void;
}

/** Steps through the versions of a message; nothing where there is only one. */
export function SiblingArrows({ current, siblings, onChoose }: SiblingArrowsProps) {
  const { turn } = useTexts().chat;
  if (siblings.length < 2) return null;
  const index = siblings.indexOf(current);
  const choose = (position: number) => {
    const id = siblings[position];
    if (id !== undefined) onChoose(id);
  };
  return (
    <div className="flex items-center">
      <IconButton
        size="small"
        data-arrow="previous"
        label={turn.previousVersion}
        icon={<ChevronLeft aria-hidden className="size-4 rtl:-scale-x-100" />}
        disabled={index <= 0}
        onClick={() => choose(index - 1)}
      />
      <span className="text-xs text-text-muted tabular-nums">
        <span aria-hidden>{turn.version(index + 1, siblings.length)}</span>
        <span className="sr-only">{turn.versionLabel(index + 1, siblings.length)}</span>
      </span>
      <IconButton
        size="small"
        data-arrow="next"
        label={turn.nextVersion}
        icon={<ChevronRight aria-hidden className="size-4 rtl:-scale-x-100" />}
        disabled={index >= siblings.length - 1}
        onClick={() => choose(index + 1)}
      />
    </div>
  );
}

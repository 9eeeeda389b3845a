import { useRef } from 'react';
import { useCompareTexts } from '../../../lib/i18n/use-compare-texts.ts';
import { useKeyDown } from '../../../lib/use-key-down.ts';
import { classNames } from '../../../ui/class-names.ts';

interface ColumnTabsProps {
  /** Begins the ids of tabs and of what they show. */
  readonly id: string;
  readonly names: readonly string[];
  readonly current: number;
  readonly onChoose: (index: number) => void;
}

/** Which of the answers is shown, where there is room for one only. */
export function ColumnTabs({ id, names, current, onChoose }: ColumnTabsProps) {
  const { turn } = useCompareTexts();
  const list = useRef<HTMLDivElement>(null);
  const go = (index: number) => {
    onChoose(index);
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[index]?.focus();
  };
  useKeyDown(list, (event) => {
    const element = list.current;
    const isRightToLeft = element !== null && getComputedStyle(element).direction === 'rtl';
    const last = names.length - 1;
    if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(last);
    else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      const by = (event.key === 'ArrowRight') === isRightToLeft ? -1 : 1;
      go((current + by + names.length) % names.length);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return (
    <div
      ref={list}
      role="tablist"
      aria-label={turn.answers}
      className="sticky top-1 z-10 flex gap-0.5 rounded-[8px] bg-user-bubble p-0.5 shadow-[0_0_0_4px_var(--color-bg)]"
    >
      {names.map((name, index) => (
        <button
          // Two columns may be of the same model.
          key={`${String(index)} ${name}`}
          type="button"
          role="tab"
          id={`${id}-tab-${String(index)}`}
          aria-controls={`${id}-panel-${String(index)}`}
          aria-selected={index === current}
          tabIndex={index === current ? 0 : -1}
          onClick={() => onChoose(index)}
          className={classNames(
            'min-h-9 min-w-0 flex-1 truncate rounded-control px-2 text-sm touch:min-h-11',
            index === current
              ? 'bg-raised font-medium ring-1 ring-outline forced-colors:outline'
              : 'text-text-muted hover:text-text',
          )}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

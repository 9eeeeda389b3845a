import type { ToolRef } from '@parley/contracts';
import { Wrench } from 'lucide-react';
import { lazy } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { classNames } from '../../../ui/class-names.ts';
import { Popover } from '../../../ui/popover.tsx';
import { VisuallyHidden } from '../../../ui/visually-hidden.tsx';

const ToolList = lazy(async () => ({ default: (await import('./tool-list.tsx')).ToolList }));

export interface ToolMenuProps {
  readonly chosen: readonly ToolRef[];
  /** Whether an agent answers, which has tools of its own. */
  readonly hasAgent: boolean;
  readonly onChange: (chosen: ToolRef[]) => void;
}

/** Says how many tools are on, and opens the list of all. */
export function ToolMenu({ chosen, hasAgent, onChange }: ToolMenuProps) {
  const { menu } = useTexts().tools;
  const count = chosen.length;
  return (
    <Popover
      label={menu.title}
      side="top"
      renderTrigger={(props) => (
        <button
          type="button"
          {...props}
          data-tooltip={menu.buttonCount(count)}
          className={classNames(
            'inline-flex min-h-8 shrink-0 items-center justify-center gap-1.5 rounded-control px-2 text-sm transition-colors hover:bg-hover touch:min-h-11 touch:min-w-11',
            count > 0 ? 'text-accent' : 'text-text-muted hover:text-text',
          )}
        >
          <Wrench aria-hidden className="size-4 shrink-0" />
          <VisuallyHidden>{menu.buttonCount(count)}</VisuallyHidden>
          <span aria-hidden className="max-sm:hidden">
            {menu.button}
          </span>
          {count > 0 ? (
            <span
              aria-hidden
              className="min-w-5 rounded-full bg-selected px-1.5 text-center text-xs/5 font-medium tabular-nums"
            >
              {count}
            </span>
          ) : null}
        </button>
      )}
    >
      {() => <ToolList chosen={chosen} hasAgent={hasAgent} onChange={onChange} />}
    </Popover>
  );
}

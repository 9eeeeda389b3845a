import { lazy, Suspense } from 'react';
import type { KeyboardEvent, ReactNode, RefObject } from 'react';
import type { MenuEntry } from './menu-entry.ts';
import { usePopup } from './use-popup.ts';

const MenuBody = lazy(async () => ({ default: (await import('./menu-body.tsx')).MenuBody }));

/** To be spread on the button that opens the menu. */
export interface MenuTriggerProps {
  readonly ref: RefObject<HTMLButtonElement | null>;
  readonly id: string;
  readonly 'aria-haspopup': 'menu';
  readonly 'aria-expanded': boolean;
  readonly onClick: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onPointerEnter: () => void;
  readonly onFocus: () => void;
}

export interface MenuProps {
  readonly renderTrigger: (props: MenuTriggerProps) => ReactNode;
  readonly entries: readonly MenuEntry[];
  readonly align?: 'start' | 'center' | 'end';
  readonly side?: 'top' | 'bottom';
  readonly onOpenChange?: (open: boolean) => void;
  /** Where the focus goes when the menu closes; the trigger unless given. Return `false` to leave it alone. */
  readonly onCloseFocus?: () => boolean;
  readonly className?: string;
}

/**
 * A menu behind a button. Its code (Radix) is fetched when the pointer or the focus reaches the button, so a page with
 * many menus costs nothing until one is wanted.
 */
export function Menu({ renderTrigger, entries, align, side, onOpenChange, onCloseFocus, className }: MenuProps) {
  const { button, open, wanted, change, trigger } = usePopup('menu', onOpenChange);
  return (
    <span className={className ?? 'relative inline-flex'}>
      {renderTrigger({
        ...trigger,
        onKeyDown: (event) => {
          if (event.key !== 'ArrowDown' || open) return;
          event.preventDefault();
          change(true);
        },
      })}
      {wanted ? (
        <Suspense fallback={null}>
          <MenuBody
            open={open}
            onOpenChange={change}
            button={button}
            entries={entries}
            align={align ?? 'end'}
            side={side ?? 'bottom'}
            onCloseFocus={onCloseFocus}
          />
        </Suspense>
      ) : null}
    </span>
  );
}

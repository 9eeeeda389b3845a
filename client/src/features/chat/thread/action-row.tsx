import type { ReactNode } from 'react';
import { classNames } from '../../../ui/class-names.ts';

export interface ActionRowProps {
  readonly align: 'start' | 'end';
  readonly children?: ReactNode;
}

/**
 * The actions under a turn. Their row keeps its height, so nothing moves when they appear on hover or focus; for fingers
 * and under the newest turn they are always there.
 */
export function ActionRow({ align, children }: ActionRowProps) {
  return (
    <div
      className={classNames(
        'flex min-h-8 flex-wrap items-center gap-0.5 pt-1 opacity-0 transition-opacity touch:min-h-11 touch:opacity-100',
        'group-focus-within/turn:opacity-100 group-hover/turn:opacity-100 group-focus/turn:opacity-100',
        'group-data-[newest=true]/turn:opacity-100 has-aria-expanded:opacity-100',
        align === 'start' ? '-ms-1.5' : '-me-1.5 justify-end',
      )}
    >
      {children}
    </div>
  );
}

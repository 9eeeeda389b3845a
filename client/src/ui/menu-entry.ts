import type { ReactNode } from 'react';

export interface MenuAction {
  readonly kind: 'action';
  readonly label: string;
  readonly icon?: ReactNode;
  /** A shortcut or a count, at the end of the line. */
  readonly hint?: string;
  readonly tone?: 'neutral' | 'danger';
  readonly disabled?: boolean;
  readonly onSelect: () => void;
}

export interface MenuChoice {
  readonly kind: 'choice';
  /** Heading of the group. */
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string; readonly description?: string }[];
  readonly onChoose: (value: string) => void;
}

/** A line, a group of which one is chosen, a heading or a rule of a menu. */
export type MenuEntry =
  | MenuAction
  | MenuChoice
  | { readonly kind: 'heading'; readonly label: string }
  | { readonly kind: 'separator' };

import type { MarkedText } from '@parley/contracts';
import type { PaletteAction } from '../../lib/palette-actions.ts';

export type PaletteGroup = 'recent' | 'actions' | 'chats' | 'messages' | 'models' | 'settings';

/** One line of the palette. */
export interface PaletteEntry extends PaletteAction {
  readonly group: PaletteGroup;
  readonly detail?: string | undefined;
  /** Found by the server: it is shown as it comes, with what was found in it. */
  readonly found?: { readonly label: MarkedText; readonly detail?: MarkedText | undefined } | undefined;
}

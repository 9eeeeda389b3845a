import type { SearchTexts } from './i18n/use-search-texts.ts';
import type { Texts } from './i18n/use-texts.ts';
import { keysOf, listShortcuts } from './shortcuts.ts';
import type { Shortcut } from './shortcuts.ts';

/** A shortcut as lists show it, whether or not it acts on this page. */
export interface ListedShortcut extends Pick<Shortcut, 'id' | 'label' | 'group'> {
  /** Those it comes with. */
  readonly defaultKeys: string;
  /** Those it has now. */
  readonly keys: string;
  /** Keys that every reader of this page expects where they are, such as Esc. */
  readonly isFixed: boolean;
}

const fixed = new Set(['Escape', 'ArrowLeft', 'Enter', 'Shift+Enter', 'Mod+Enter', 'Home', 'End']);

/** Every shortcut of the app in its order, then what else is registered on this page. */
export function listAllShortcuts(texts: Texts, search: SearchTexts): ListedShortcut[] {
  const { shortcuts: general } = texts;
  const { shortcuts: chat } = texts.chat;
  const known: Shortcut[] = [
    ['open-palette', 'Mod+K', search.palette.open],
    ['open-search', 'Mod+Shift+F', search.page.open],
    ['new-chat', 'Mod+Shift+O', general.newChat],
    ['next-region', 'F6', general.nextRegion],
    ['previous-region', 'Shift+F6', general.previousRegion],
    ['focus-composer', '/', general.focusComposer],
    ['show-shortcuts', '?', general.showList],
  ].map(([id = '', keys = '', label = '']) => ({ id, keys, label, group: general.groupGeneral }));
  const inChat: Shortcut[] = [
    ['find-in-chat', 'Mod+F', search.find.open],
    ['focus-composer-mod', 'Mod+L', chat.focusComposer],
    ['send', 'Enter', search.keys.send],
    ['new-line', 'Shift+Enter', search.keys.newLine],
    ['send-always', 'Mod+Enter', search.keys.sendAlways],
    ['previous-turn', 'Alt+ArrowUp', chat.previousTurn],
    ['next-turn', 'Alt+ArrowDown', chat.nextTurn],
    ['first-turn', 'Home', chat.firstTurn],
    ['latest-turn', 'End', chat.latestTurn],
    ['copy-turn', 'C', chat.copyTurn],
    ['edit-turn', 'E', chat.editTurn],
    ['retry-turn', 'R', chat.tryAgain],
    ['fork-turn', 'B', chat.forkTurn],
    ['turn-versions', 'ArrowLeft', chat.versions],
    ['approve', 'A', chat.approve],
    ['deny', 'D', chat.deny],
    ['steer', 'Alt+Enter', chat.steer],
    ['stop', 'Escape', chat.stop],
  ].map(([id = '', keys = '', label = '']) => ({ id, keys, label, group: chat.group }));
  const ids = new Set([...known, ...inChat].map(({ id }) => id));
  const others = listShortcuts().filter(({ id }) => !ids.has(id));
  return [...known, ...inChat, ...others].map((shortcut) => ({
    id: shortcut.id,
    label: shortcut.label,
    group: shortcut.group,
    defaultKeys: shortcut.keys,
    keys: keysOf(shortcut),
    isFixed: fixed.has(shortcut.keys),
  }));
}

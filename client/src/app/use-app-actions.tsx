import { conversationRoutes } from '@parley/contracts';
import type { ConversationId } from '@parley/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import {
  Archive,
  BookOpen,
  Ghost,
  Keyboard,
  LogOut,
  PanelLeft,
  Pencil,
  Printer,
  Search,
  SquarePen,
  SunMoon,
} from 'lucide-react';
import { useConversationActions } from '../features/conversations/use-conversation-actions.ts';
import { call } from '../lib/api/call.ts';
import { useOrderTexts } from '../lib/i18n/use-order-texts.ts';
import { useSearchTexts } from '../lib/i18n/use-search-texts.ts';
import { useNewChat } from '../lib/new-chat.ts';
import { usePaletteActions } from '../lib/palette-actions.ts';
import type { PaletteAction } from '../lib/palette-actions.ts';
import { setPreferences, usePreferences } from '../lib/preferences.ts';
import { conversationQuery } from '../lib/query/queries.ts';
import { keysOf } from '../lib/shortcuts.ts';
import { useShortcutList } from './shortcut-list.ts';
import { useSignOut } from './use-sign-out.ts';

interface AppActionsOptions {
  /** The chat that is open. */
  readonly conversationId: ConversationId | undefined;
  readonly onFind: (() => void) | undefined;
}

const icon = 'size-4';

/** Offers what the app itself can do in the palette. */
export function useAppActions({ conversationId, onFind }: AppActionsOptions): void {
  const { actions: texts } = useSearchTexts().palette;
  const { row } = useOrderTexts();
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const conversations = useConversationActions();
  const showShortcuts = useShortcutList(({ open }) => open);
  usePreferences(({ keys }) => keys);

  const newChat = (temporary: boolean) => {
    useNewChat.setState({ temporary, projectId: undefined });
    void navigate({ to: '/c/$conversationId', params: { conversationId: 'new' } });
  };
  const withChat = (act: (conversation: Awaited<ReturnType<typeof load>>) => unknown) => async () => {
    if (conversationId !== undefined) await act(await load(conversationId));
  };
  const load = async (id: ConversationId) =>
    client.getQueryData(conversationQuery(id).queryKey) ?? (await call(conversationRoutes.get, { params: { id } }));
  const held = conversationId && client.getQueryData(conversationQuery(conversationId).queryKey);
  const title = held?.title;

  // What somebody else owns is neither renamed nor archived here.
  const ofOwnChat: PaletteAction[] =
    conversationId === undefined || held?.sharedBy !== undefined
      ? []
      : [
          {
            id: 'action/rename',
            label: texts.rename,
            icon: <Pencil className={icon} />,
            ask: { label: texts.renameLabel, text: title ?? '' },
            run: (text) => void withChat((conversation) => conversations.rename(conversation, text))(),
          },
          {
            id: 'action/archive',
            label: texts.archive,
            icon: <Archive className={icon} />,
            run: () =>
              void withChat(async (conversation) => {
                await navigate({ to: '/c/$conversationId', params: { conversationId: 'new' } });
                await conversations.archive(conversation);
              })(),
          },
        ];
  const find: PaletteAction[] =
    conversationId === undefined || onFind === undefined
      ? []
      : [
          {
            id: 'action/find',
            label: texts.find,
            icon: <Search className={icon} />,
            keys: keysOf({ id: 'find-in-chat', keys: 'Mod+F' }),
            run: onFind,
          },
        ];
  const print: PaletteAction[] =
    conversationId === undefined
      ? []
      : [
          {
            id: 'action/print',
            label: row.print,
            icon: <Printer className={icon} />,
            run: () => void navigate({ to: '/c/$conversationId/print', params: { conversationId } }),
          },
        ];
  usePaletteActions([
    {
      id: 'action/new-chat',
      label: texts.newChat,
      icon: <SquarePen className={icon} />,
      keys: keysOf({ id: 'new-chat', keys: 'Mod+Shift+O' }),
      run: () => newChat(false),
    },
    ...ofOwnChat,
    ...find,
    ...print,
    {
      id: 'action/temporary-chat',
      label: texts.temporaryChat,
      icon: <Ghost className={icon} />,
      run: () => newChat(true),
    },
    {
      id: 'action/search',
      label: texts.search,
      icon: <Search className={icon} />,
      keys: keysOf({ id: 'open-search', keys: 'Mod+Shift+F' }),
      run: () => void navigate({ to: '/search' }),
    },
    { id: 'action/theme', label: texts.toggleTheme, icon: <SunMoon className={icon} />, run: toggleTheme },
    {
      id: 'action/sidebar',
      label: texts.toggleSidebar,
      icon: <PanelLeft className={icon} />,
      run: () => setPreferences({ sidebarOpen: !usePreferences.getState().sidebarOpen }),
    },
    {
      id: 'action/shortcuts',
      label: texts.shortcuts,
      icon: <Keyboard className={icon} />,
      keys: keysOf({ id: 'show-shortcuts', keys: '?' }),
      run: showShortcuts,
    },
    {
      id: 'action/documentation',
      label: texts.documentation,
      icon: <BookOpen className={icon} />,
      run: () => void navigate({ to: '/docs/$', params: { _splat: 'README' } }),
    },
    { id: 'action/sign-out', label: texts.signOut, icon: <LogOut className={icon} />, run: signOut },
  ]);
}

function toggleTheme(): void {
  const { theme } = usePreferences.getState();
  const isDark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  setPreferences({ theme: isDark ? 'light' : 'dark' });
}

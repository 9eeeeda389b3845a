import { Outlet, useNavigate, useParams, useRouter } from '@tanstack/react-router';
import { PanelLeftOpen, SquarePen } from 'lucide-react';
import { lazy, Suspense, useCallback, useState } from 'react';
import { AccountMenu } from '../features/account/account-menu.tsx';
import { useLive } from '../features/chat/live/use-live.ts';
import { Sidebar } from '../features/conversations/sidebar.tsx';
import { useTexts } from '../lib/i18n/use-texts.ts';
import { setPreferences, usePreferences } from '../lib/preferences.ts';
import { cycleRegions, focusRegion } from '../lib/regions.ts';
import { useShortcuts } from '../lib/shortcuts.ts';
import { useAppTitle } from '../lib/use-app-title.ts';
import { useIsNarrow } from '../lib/use-is-narrow.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { SkipLinks } from '../ui/skip-links.tsx';
import { useShortcutList } from './shortcut-list.ts';
import { useEdgeSwipe } from './use-edge-swipe.ts';
import { useSignOut } from './use-sign-out.ts';

const AppTools = lazy(async () => ({ default: (await import('./app-tools.tsx')).AppTools }));

/** The frame of all signed-in pages: the sidebar (a sheet on narrow screens) and the page beside it. */
export function AppShell() {
  const { common, sidebar: texts, shortcuts } = useTexts();
  const navigate = useNavigate();
  const isNarrow = useIsNarrow();
  // Prompts that waited for the network leave on any page, not only in a chat.
  useLive();
  const isChat = useParams({ strict: false }).conversationId !== undefined;
  const isPinned = usePreferences((preferences) => preferences.sidebarOpen);
  const [isSheetOpen, setSheetOpen] = useState(false);
  const isOpen = isNarrow ? isSheetOpen : isPinned;
  const toggle = () => (isNarrow ? setSheetOpen(!isSheetOpen) : setPreferences({ sidebarOpen: !isPinned }));
  const newChat = () => {
    setSheetOpen(false);
    void navigate({ to: '/c/$conversationId', params: { conversationId: 'new' } });
  };

  useEdgeSwipe(useCallback(() => setSheetOpen(true), []));
  const group = shortcuts.groupGeneral;
  useShortcuts([
    { id: 'new-chat', keys: 'Mod+Shift+O', label: shortcuts.newChat, group, run: newChat },
    { id: 'next-region', keys: 'F6', label: shortcuts.nextRegion, group, run: () => cycleRegions(1) },
    { id: 'previous-region', keys: 'Shift+F6', label: shortcuts.previousRegion, group, run: () => cycleRegions(-1) },
    { id: 'focus-composer', keys: '/', label: shortcuts.focusComposer, group, run: () => focusRegion('composer') },
  ]);

  const bar = <AppSidebar onClose={toggle} onLeave={() => setSheetOpen(false)} />;
  return (
    <div className="flex h-dvh overflow-hidden" data-sidebar={isOpen && !isNarrow ? 'beside' : 'hidden'}>
      <SkipLinks
        label={common.skipLinks}
        links={
          isChat
            ? [
                { label: common.skipToComposer, onFollow: () => focusRegion('composer') },
                { label: common.skipToLatestAnswer, onFollow: focusLatestAnswer },
              ]
            : [{ label: common.skipToContent, onFollow: () => focusRegion('transcript') }]
        }
      />
      {isNarrow ? (
        <Sheet open={isSheetOpen} onClose={() => setSheetOpen(false)} label={texts.label}>
          {bar}
        </Sheet>
      ) : (
        isPinned && <div className="w-(--sidebar-width) shrink-0 border-e border-border">{bar}</div>
      )}
      <div className="relative flex min-w-0 flex-1 flex-col">
        {isOpen && !isNarrow ? null : (
          <div className="absolute inset-s-[max(0.5rem,env(safe-area-inset-left))] top-[calc(env(safe-area-inset-top)+4px)] z-20 flex touch:top-[env(safe-area-inset-top)]">
            <IconButton
              label={texts.open}
              icon={<PanelLeftOpen aria-hidden className="size-4.5" />}
              aria-expanded={isSheetOpen}
              onClick={toggle}
            />
            <IconButton label={texts.newChat} icon={<SquarePen aria-hidden className="size-4.5" />} onClick={newChat} />
          </div>
        )}
        <Outlet />
      </div>
      <Suspense fallback={null}>
        <AppTools />
      </Suspense>
    </div>
  );
}

/** The sidebar with what the app around it knows: the route, the account, the shortcut list. */
function AppSidebar({ onClose, onLeave }: { readonly onClose: () => void; readonly onLeave: () => void }) {
  const appTitle = useAppTitle();
  const router = useRouter();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const showShortcuts = useShortcutList((list) => list.open);
  const { conversationId } = useParams({ strict: false });
  const currentId = conversationId === 'new' ? undefined : conversationId;
  const leaveTo = (href: string) => () => {
    onLeave();
    router.history.push(href);
  };
  return (
    <Sidebar
      appTitle={appTitle}
      currentId={currentId}
      onClose={onClose}
      onOpen={onLeave}
      onLeave={(conversation) => {
        onLeave();
        if (conversation.id !== currentId) return;
        void navigate({ to: '/c/$conversationId', params: { conversationId: 'new' } });
      }}
      footer={
        <AccountMenu
          onOpenSettings={leaveTo('/settings')}
          onOpenPrompts={leaveTo('/prompts')}
          onOpenMcpServers={leaveTo('/mcp')}
          onOpenActions={leaveTo('/actions')}
          onOpenAdmin={leaveTo('/admin')}
          onOpenDocumentation={leaveTo('/docs/README')}
          onShowShortcuts={() => {
            onLeave();
            showShortcuts();
          }}
          onSignOut={signOut}
        />
      }
    />
  );
}

function focusLatestAnswer(): void {
  const answers = document.querySelectorAll<HTMLElement>('[data-region="transcript"] article');
  const latest = [...answers].at(-1);
  if (latest) latest.focus();
  else focusRegion('transcript');
}

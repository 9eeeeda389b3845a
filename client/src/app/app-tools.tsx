import { messageIdSchema } from '@parley/contracts';
import type { ConversationId } from '@parley/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { revealMessage } from '../features/chat/thread/reveal-message.ts';
import { useSearchTexts } from '../lib/i18n/use-search-texts.ts';
import { useTexts } from '../lib/i18n/use-texts.ts';
import { usePalette } from '../lib/palette-store.ts';
import { messagesQuery } from '../lib/query/queries.ts';
import { listenForRemappedKeys } from '../lib/remapped-keys.ts';
import { useShortcuts } from '../lib/shortcuts.ts';
import { useAppActions } from './use-app-actions.tsx';

const AppPalette = lazy(async () => ({ default: (await import('./app-palette.tsx')).AppPalette }));
const FindBar = lazy(async () => ({ default: (await import('../features/search/find-bar.tsx')).FindBar }));

/** Palette, search and finding in a chat, for all signed-in pages; fetched when the page itself is there. */
export function AppTools() {
  const { palette, page, find } = useSearchTexts();
  const { shortcuts, chat } = useTexts();
  const client = useQueryClient();
  const navigate = useNavigate();
  const router = useRouter();
  const { conversationId } = useParams({ strict: false });
  const message = messageIdSchema.safeParse(useSearch({ strict: false }).message).data;
  const { isOpen, open } = usePalette();
  const [wasOpened, setWasOpened] = useState(isOpen);
  const [finding, setFinding] = useState<ConversationId>();
  const current = conversationId === 'new' ? undefined : conversationId;
  if (isOpen && !wasOpened) setWasOpened(true);
  if (finding !== undefined && finding !== current) setFinding(undefined);

  useEffect(() => listenForRemappedKeys(window), []);
  useEffect(() => {
    if (current === undefined || message === undefined) return;
    revealMessage(current, message);
    // Shown once: going on in the chat must not lead back to it.
    router.history.replace(`/c/${current}`);
  }, [current, message, router]);

  const hasUnmountedTurns = (id: ConversationId) =>
    (client.getQueryData(messagesQuery(id).queryKey)?.length ?? 0) > document.querySelectorAll('[data-message]').length;
  const startFinding = useCallback(() => setFinding(current), [current]);
  const group = shortcuts.groupGeneral;
  useShortcuts([
    { id: 'open-palette', keys: 'Mod+K', label: palette.open, group, run: open },
    { id: 'open-search', keys: 'Mod+Shift+F', label: page.open, group, run: () => void navigate({ to: '/search' }) },
    {
      id: 'find-in-chat',
      keys: 'Mod+F',
      label: find.open,
      group: chat.shortcuts.group,
      run: startFinding,
      // A second press is the browser's own search, and so is the first where it sees everything.
      when: () => current !== undefined && finding === undefined && hasUnmountedTurns(current),
    },
  ]);
  useAppActions({ conversationId: current, onFind: current === undefined ? undefined : startFinding });
  return (
    <Suspense fallback={null}>
      {wasOpened ? <AppPalette /> : null}
      {finding === undefined ? null : (
        <FindBar
          key={finding}
          conversationId={finding}
          onReveal={(id) => revealMessage(finding, id)}
          onClose={() => setFinding(undefined)}
        />
      )}
    </Suspense>
  );
}

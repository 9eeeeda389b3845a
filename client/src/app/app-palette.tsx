import { agentsEndpoint } from '@parley/contracts';
import { useNavigate } from '@tanstack/react-router';
import { Archive, Bot, Cable, Settings, Webhook } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { Palette } from '../features/palette/palette.tsx';
import type { PaletteEntry } from '../features/palette/palette-entry.ts';
import type { PaletteDoors } from '../features/palette/use-palette-entries.tsx';
import { chooseAnswerer } from '../lib/answerer-chooser.ts';
import { useSearchTexts } from '../lib/i18n/use-search-texts.ts';
import { useTexts } from '../lib/i18n/use-texts.ts';
import { chooseForNewChats } from '../lib/last-choice.ts';

const icon = 'size-4';

/** The command palette with the ways it leads to. */
export function AppPalette() {
  const navigate = useNavigate();
  const places = usePlaces();
  const openChat = useCallback<PaletteDoors['onOpenChat']>(
    (conversationId, message) =>
      void navigate({
        to: '/c/$conversationId',
        params: { conversationId },
        search: message === undefined ? {} : { message },
      }),
    [navigate],
  );
  const choose = useCallback<PaletteDoors['onChooseAnswerer']>(
    (answerer) => {
      if (chooseAnswerer(answerer)) return;
      chooseForNewChats(answerer, answerer.endpoint === agentsEndpoint);
      void navigate({ to: '/c/$conversationId', params: { conversationId: 'new' } });
    },
    [navigate],
  );
  const search = useCallback((q: string) => void navigate({ to: '/search', search: { q } }), [navigate]);
  return <Palette onOpenChat={openChat} onChooseAnswerer={choose} onSearch={search} places={places} />;
}

function usePlaces(): PaletteEntry[] {
  const navigate = useNavigate();
  const { pages } = useSearchTexts().palette;
  const { settings, devices, account } = useTexts();
  return useMemo(() => {
    const sections = [settings.appearance, settings.writing, settings.keyboard, settings.account, devices.title];
    const group = 'settings' as const;
    return [
      {
        id: 'place/settings',
        label: pages.settings,
        group,
        icon: <Settings className={icon} />,
        run: () => void navigate({ to: '/settings' }),
      },
      ...sections.map((label) => ({
        id: `place/settings/${label}`,
        label,
        keywords: pages.settings,
        detail: pages.settings,
        group,
        icon: <Settings className={icon} />,
        run: () => void navigate({ to: '/settings' }).then(() => showHeading(label)),
      })),
      {
        id: 'place/agents',
        label: pages.agents,
        group,
        icon: <Bot className={icon} />,
        run: () => void navigate({ to: '/agents' }),
      },
      {
        id: 'place/archive',
        label: pages.archive,
        group,
        icon: <Archive className={icon} />,
        run: () => void navigate({ to: '/archive' }),
      },
      {
        id: 'place/mcp',
        label: account.mcpServers,
        group,
        icon: <Cable className={icon} />,
        run: () => void navigate({ to: '/mcp' }),
      },
      {
        id: 'place/actions',
        label: account.actions,
        group,
        icon: <Webhook className={icon} />,
        run: () => void navigate({ to: '/actions' }),
      },
    ];
  }, [account, devices, navigate, pages, settings]);
}

/** Brings a section of the page into view once it is there. */
function showHeading(label: string): void {
  const look = (): boolean => {
    const heading = [...document.querySelectorAll<HTMLElement>('main h2')].find(
      ({ textContent }) => textContent === label,
    );
    if (!heading) return false;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ block: 'start' });
    return true;
  };
  if (look()) return;
  const observer = new MutationObserver(() => {
    if (look()) observer.disconnect();
  });
  observer.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => observer.disconnect(), 5_000);
}

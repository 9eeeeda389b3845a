import { agentsEndpoint, foldText } from '@parley/contracts';
import type { ConversationId, MessageId, SearchHit } from '@parley/contracts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Bot, MessageSquare, Search, Sparkles, TextSearch } from 'lucide-react';
import { useMemo } from 'react';
import { useSearchTexts } from '../../lib/i18n/use-search-texts.ts';
import { listPaletteActions } from '../../lib/palette-actions.ts';
import { usableAgentsQuery } from '../../lib/query/agent-queries.ts';
import { conversationsQuery, endpointsQuery, modelsQuery } from '../../lib/query/queries.ts';
import { quickSearchQuery } from '../../lib/query/search-queries.ts';
import type { PaletteEntry, PaletteGroup } from './palette-entry.ts';
import { rankEntries } from './rank-entries.ts';
import { useRecentEntries } from './recent-entries.ts';

/** What the app around the palette does. */
export interface PaletteDoors {
  readonly onOpenChat: (id: ConversationId, messageId: MessageId | undefined) => void;
  readonly onChooseAnswerer: (answerer: { readonly endpoint: string; readonly model: string }) => void;
  readonly onSearch: (text: string) => void;
  /** Sections of the settings and other pages. */
  readonly places: readonly PaletteEntry[];
}

const icon = 'size-4';
const most = 6;

/** What the palette shows for a text; `asked` is the text once it rests. */
export function usePaletteEntries(query: string, asked: string, doors: PaletteDoors) {
  const { palette } = useSearchTexts();
  const recent = useRecentEntries(({ ids }) => ids);
  const search = useQuery(quickSearchQuery(asked));
  const models = useModelEntries(doors);
  const { data: pages } = useInfiniteQuery({ ...conversationsQuery, enabled: false });
  const text = query.trim();
  // What the server said about another text would be wrong here.
  const isCurrent = foldText(asked.trim()) === foldText(text) && !search.isPlaceholderData;

  const groups = useMemo(() => {
    const chats = (pages?.pages ?? [])
      .flatMap(({ items }) => items)
      .map((conversation) => ({
        id: `chat/${conversation.id}`,
        label: conversation.title || palette.untitled,
        group: 'chats' as const,
        icon: <MessageSquare className={icon} />,
        run: () => doors.onOpenChat(conversation.id, undefined),
      }));
    const actions = listPaletteActions().map((action): PaletteEntry => ({ ...action, group: 'actions' }));
    const all: PaletteEntry[] = [...actions, ...chats, ...models, ...doors.places];
    if (text === '') {
      const used = recent.flatMap((id) => all.find((entry) => entry.id === id) ?? []).slice(0, 4);
      const rest = (entries: readonly PaletteEntry[]) => entries.filter(({ id }) => !used.some((one) => one.id === id));
      return groupsOf([
        ['recent', used],
        ['chats', rest(chats).slice(0, 5)],
        ['actions', rest(actions)],
      ]);
    }
    const hits = search.data?.items ?? [];
    const titles = hits.filter(({ messageId }) => messageId === null).map((hit) => hitEntry(hit, doors));
    const known = new Set(titles.map(({ id }) => id));
    const messages = hits.filter(({ messageId }) => messageId !== null).map((hit) => hitEntry(hit, doors));
    const shownChats = [...titles, ...chats.filter(({ id }) => !known.has(id))];
    const everything: PaletteEntry = {
      id: 'search-everything',
      label: palette.everything(text),
      group: 'messages',
      icon: <Search className={icon} />,
      run: () => doors.onSearch(text),
    };
    const rank = (entries: readonly PaletteEntry[]) => rankEntries(entries, text, recent, most);
    return groupsOf([
      ['actions', rank(actions)],
      ['chats', rank(shownChats)],
      ['models', rank(models)],
      ['settings', rank(doors.places)],
      ['messages', [...messages.slice(0, most), everything]],
    ]);
  }, [pages, palette, doors, models, recent, search.data, text]);

  return { groups, isBusy: text !== '' && (!isCurrent || search.isFetching), hasFailed: search.isError };
}

function groupsOf(groups: readonly (readonly [PaletteGroup, readonly PaletteEntry[]])[]) {
  return groups.filter(([, entries]) => entries.length > 0);
}

function hitEntry(hit: SearchHit, { onOpenChat }: PaletteDoors): PaletteEntry {
  const { conversationId, messageId, title, snippet } = hit;
  return {
    id: messageId === null ? `chat/${conversationId}` : `message/${messageId}`,
    label: title.text,
    group: messageId === null ? 'chats' : 'messages',
    found: messageId === null ? { label: title } : { label: snippet, detail: title },
    icon: messageId === null ? <MessageSquare className={icon} /> : <TextSearch className={icon} />,
    run: () => onOpenChat(conversationId, messageId ?? undefined),
  };
}

function useModelEntries({ onChooseAnswerer }: PaletteDoors): PaletteEntry[] {
  const endpoints = useQuery(endpointsQuery).data;
  const models = useQuery(modelsQuery).data;
  const agents = useQuery({ ...usableAgentsQuery, staleTime: 60_000 }).data;
  return useMemo(() => {
    const ofModels = (endpoints ?? []).flatMap(({ name, label }) =>
      (models?.[name] ?? []).map((model) => ({
        id: `model/${name}/${model.id}`,
        label: model.id,
        keywords: label,
        detail: label,
        group: 'models' as const,
        icon: <Sparkles className={icon} />,
        run: () => onChooseAnswerer({ endpoint: name, model: model.id }),
      })),
    );
    const ofAgents = (agents ?? []).map((agent) => ({
      id: `agent/${agent.id}`,
      label: agent.name,
      detail: agent.description,
      group: 'models' as const,
      icon: <Bot className={icon} />,
      run: () => onChooseAnswerer({ endpoint: agentsEndpoint, model: agent.id }),
    }));
    return [...ofModels, ...ofAgents];
  }, [agents, endpoints, models, onChooseAnswerer]);
}

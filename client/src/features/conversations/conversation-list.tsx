import type { Conversation, ConversationId } from '@parley/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { MessagesSquare } from 'lucide-react';
import { lazy, Suspense, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { configQuery } from '../../lib/query/queries.ts';
import { lazyWhenIdle } from '../../lib/lazy-when-idle.ts';
import { useMediaQuery } from '../../lib/use-media-query.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import type { ConversationActions } from './conversation-actions.ts';
import { ConversationGroup, groupHeight } from './conversation-group.tsx';
import { ConversationRow } from './conversation-row.tsx';
import { groupByDate } from './group-by-date.ts';
import { ListSkeleton } from './list-skeleton.tsx';
import { useListView } from './list-view.ts';
import { LoadMore } from './load-more.tsx';
import { useConversationList } from './use-conversation-list.ts';
import { useRowWindow } from './use-row-window.ts';
import { useToday } from './use-today.ts';

const ListTools = lazyWhenIdle(async () => (await import('./list-tools.tsx')).ListTools);
const ListDialogs = lazy(async () => ({ default: (await import('./list-dialogs.tsx')).ListDialogs }));

export interface ConversationListProps {
  readonly currentId: ConversationId | undefined;
  /** A conversation was opened. */
  readonly onOpen: () => void;
  /** A conversation left the list: archived, or about to be deleted. */
  readonly onLeave: (conversation: Conversation) => void;
}

/** Your conversations: the pinned ones and the others by date, with everything that can be done to them. */
export function ConversationList(props: ConversationListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const { dialog } = useListView();
  const list = useListed();
  return (
    <>
      <div className="h-8 shrink-0 px-2 touch:h-11">
        <Suspense fallback={null}>
          <ListTools area={scroller} listed={list.all} onLeave={props.onLeave} />
          {dialog ? <ListDialogs dialog={dialog} onLeave={props.onLeave} /> : null}
        </Suspense>
      </div>
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-2 pb-2">
        <ListBody {...props} scroller={scroller} list={list} />
      </div>
    </>
  );
}

/** What the list has: the pinned ones, those others share, and the rest; or those with the tag that is asked for. */
function useListed() {
  const tag = useListView((view) => view.tag);
  const pinned = useConversationList('pinned').conversations ?? [];
  const list = useConversationList(tag === undefined ? 'active' : 'tag', tag);
  const isWhole = useListView((view) => view.tag === undefined && view.selected === undefined);
  const { sharedChats = true } = useQuery(configQuery).data ?? {};
  const sharedList = useConversationList('shared', undefined, sharedChats);
  const shared = isWhole ? (sharedList.conversations ?? []).filter(({ sharedBy }) => sharedBy !== undefined) : [];
  const above = tag === undefined ? pinned.filter(({ pin }) => pin !== undefined) : [];
  const known = new Set(above.map(({ id }) => id));
  const rest = list.conversations?.filter(({ id }) => !known.has(id));
  return { ...list, above, shared, sharedList, rest, all: [...above, ...(rest ?? [])] };
}

interface ListBodyProps extends ConversationListProps {
  readonly scroller: React.RefObject<HTMLElement | null>;
  readonly list: ReturnType<typeof useListed>;
}

function ListBody({ currentId, onOpen, onLeave, scroller, list }: ListBodyProps) {
  const texts = useTexts();
  const { sidebar, common } = texts;
  const client = useQueryClient();
  const today = useToday();
  const shown = useRowWindow(scroller);
  const rowHeight = useMediaQuery('(pointer: coarse)') ? 44 : 36;
  const { selected, tag } = useListView();
  const anchor = useRef<ConversationId>(undefined);
  const { all } = list;
  const focus = useRowFocus(scroller, [...list.above, ...list.shared, ...(list.rest ?? [])]);

  if (!list.rest) {
    if (!list.error) return <ListSkeleton label={sidebar.loadingList} />;
    return <EmptyState title={sidebar.failed} action={<Button onClick={list.retry}>{common.retry}</Button>} />;
  }
  if (all.length + list.shared.length === 0 && !list.hasMore && tag === undefined) {
    return (
      <EmptyState icon={<MessagesSquare className="size-5" />} title={sidebar.emptyTitle} text={sidebar.emptyText} />
    );
  }

  /** The code for it comes with the menus of the rows. */
  const act = async (run: (actions: ConversationActions) => void) => {
    const { createConversationActions } = await import('./conversation-actions.ts');
    run(createConversationActions(client, texts));
  };
  const leave = (conversation: Conversation) => {
    focus.passOn(conversation.id);
    onLeave(conversation);
  };
  const select = ({ id }: Conversation, isRange: boolean) => {
    const next = new Map(selected);
    const ends = [anchor.current, id].map((end) => all.findIndex((item) => item.id === end));
    const range = isRange && !ends.includes(-1) ? all.slice(Math.min(...ends), Math.max(...ends) + 1) : [];
    const isOn = !next.has(id);
    for (const item of range.length > 0 ? range : all.filter((one) => one.id === id)) {
      if (isOn) next.set(item.id, item);
      else next.delete(item.id);
    }
    anchor.current = id;
    useListView.setState({ selected: next });
  };

  const byDate = groupByDate(list.rest, today, texts);
  const { sharedList } = list;
  const groups: Group[] = [
    { label: sidebar.pinned, conversations: list.above },
    {
      label: sidebar.shared,
      conversations: list.shared,
      loadMore: sharedList.hasMore ? sharedList.loadMore : undefined,
    },
    ...byDate,
  ].filter(({ conversations }) => conversations.length > 0);
  const tops = groupTops(groups, rowHeight);
  return (
    <div onKeyDown={focus.onKeyDown} onFocus={focus.onFocus} role="presentation">
      {groups.map(({ label, conversations, loadMore }, index) => {
        return (
          <ConversationGroup
            key={label}
            label={label}
            conversations={conversations}
            isOpenEnded={loadMore !== undefined || (list.hasMore && index === groups.length - 1)}
            top={tops[index] ?? 0}
            rowHeight={rowHeight}
            shown={shown}
            keptId={focus.keptId}
            more={
              loadMore && (
                <Button variant="ghost" size="small" busy={sharedList.isLoadingMore} onClick={loadMore}>
                  {sidebar.moreShared}
                </Button>
              )
            }
            renderRow={(conversation, place) => (
              <ConversationRow
                key={conversation.id}
                conversation={conversation}
                place={place}
                isCurrent={conversation.id === currentId}
                isSelected={selected?.has(conversation.id)}
                onOpen={onOpen}
                onSelect={(isRange) => select(conversation, isRange)}
                onRename={(title) => void act((actions) => void actions.rename(conversation, title))}
                onRemove={() => {
                  leave(conversation);
                  void act((actions) => actions.remove(conversation));
                }}
                onLeaving={() => leave(conversation)}
              />
            )}
          />
        );
      })}
      {list.hasMore ? <LoadMore busy={list.isLoadingMore} onLoadMore={list.loadMore} /> : null}
    </div>
  );
}

/** Arrow keys go from row to row, also to those that are not mounted, so that a long list is not a long way of Tabs. */
function useRowFocus(scroller: React.RefObject<HTMLElement | null>, all: readonly Conversation[]) {
  const [keptId, setKeptId] = useState<ConversationId>();
  const wanted = useRef<ConversationId>(undefined);
  const passing = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(passing.current), []);
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-conversation="${wanted.current}"]`);
    row?.querySelector<HTMLElement>('a, input')?.focus();
    wanted.current = undefined;
  });
  const go = (id: ConversationId | undefined) => {
    if (id === undefined) return;
    wanted.current = id;
    setKeptId(id);
  };
  return {
    keptId,
    onFocus: (event: React.FocusEvent) => {
      const id = idOf(event.target);
      setKeptId(all.find((item) => item.id === id)?.id);
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (!(event.target instanceof HTMLElement) || !event.target.matches('a, input[type="checkbox"]')) return;
      const id = idOf(event.target);
      const at = all.findIndex((item) => item.id === id);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
      if (at === -1 || to === undefined || !all[to]) return;
      event.preventDefault();
      go(all[to].id);
    },
    /** Keeps the focus in the list when the row that has it goes away. */
    passOn(id: ConversationId) {
      const active = document.activeElement;
      if (!scroller.current?.contains(active) && active?.role !== 'menuitem') return;
      const at = all.findIndex((item) => item.id === id);
      const neighbour = all[at + 1] ?? all[at - 1];
      // The menu gives up the focus first.
      clearTimeout(passing.current);
      passing.current = setTimeout(() => go(neighbour?.id), 50);
    },
  };
}

interface Group {
  readonly label: string;
  readonly conversations: readonly Conversation[];
  /** Present where more of it can be asked for by a button under it. */
  readonly loadMore?: (() => void) | undefined;
}

/** Where each group begins, in pixels. */
function groupTops(groups: readonly Group[], rowHeight: number): number[] {
  const tops = [0];
  for (const { conversations, loadMore } of groups) {
    tops.push((tops.at(-1) ?? 0) + groupHeight(conversations.length, rowHeight, loadMore !== undefined));
  }
  return tops;
}

function idOf(target: EventTarget): string | undefined {
  return target instanceof Element
    ? target.closest<HTMLElement>('[data-conversation]')?.dataset['conversation']
    : undefined;
}

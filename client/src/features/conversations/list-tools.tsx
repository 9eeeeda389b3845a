import { mostBulkIds } from '@parley/contracts';
import type { Conversation } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { Archive, Folder, ListChecks, Tag, Tags, Trash2, X } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { RefObject } from 'react';
import { useOrderTexts } from '../../lib/i18n/use-order-texts.ts';
import { tagsQuery } from '../../lib/query/order-queries.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { showToast } from '../../ui/toast-store.ts';
import { useListView } from './list-view.ts';
import { useConversationActions } from './use-conversation-actions.ts';
import { useRowDrag } from './use-row-drag.ts';

const TagsDialog = lazy(async () => ({ default: (await import('./tags-dialog.tsx')).TagsDialog }));

/** Tags offered in the menu, the most used first. */
const mostOffered = 50;

export interface ListToolsProps {
  /** What scrolls, with the rows. */
  readonly area: RefObject<HTMLElement | null>;
  /** What is loaded of the list, in its order. */
  readonly listed: readonly Conversation[];
  readonly onLeave: (conversation: Conversation) => void;
}

/** The row above the list: which tag is shown, and what is done to many conversations at once. */
export function ListTools({ area, listed, onLeave }: ListToolsProps) {
  const { list } = useOrderTexts();
  const { tag, selected } = useListView();
  useRowDrag(area, listed);
  if (selected) return <SelectionBar area={area} listed={listed} selected={selected} onLeave={onLeave} />;
  if (listed.length === 0 && tag === undefined) return null;
  return (
    <fieldset aria-label={list.tools} className="flex h-full min-w-0 items-center justify-end gap-0.5">
      {tag === undefined ? null : (
        <button
          type="button"
          aria-label={`${list.filtered(tag)}: ${list.allChats}`}
          data-tooltip={list.allChats}
          onClick={() => useListView.setState({ tag: undefined })}
          className="me-auto inline-flex h-7 min-w-0 items-center gap-1.5 rounded-full border border-border ps-2.5 pe-2 text-xs hover:bg-hover touch:h-11"
        >
          <bdi className="truncate">{tag}</bdi>
          <X aria-hidden className="size-3 shrink-0" />
        </button>
      )}
      <TagFilter tag={tag} />
      <IconButton
        size="small"
        label={list.select}
        icon={<ListChecks aria-hidden className="size-4" />}
        onClick={() => useListView.setState({ selected: new Map() })}
      />
    </fieldset>
  );
}

function TagFilter({ tag }: { readonly tag: string | undefined }) {
  const { list } = useOrderTexts();
  const [isWanted, setWanted] = useState(false);
  const [isManaging, setManaging] = useState(false);
  const tags = useQuery({ ...tagsQuery, enabled: isWanted }).data ?? [];
  // Every choice has a value of its own, and no tag is empty.
  const options = [
    { value: '', label: list.allChats },
    ...tags.slice(0, mostOffered).map((item) => ({ value: item.tag, label: `${item.tag} (${String(item.count)})` })),
  ];
  return (
    <>
      <Menu
        onOpenChange={() => setWanted(true)}
        entries={
          tags.length === 0
            ? [{ kind: 'heading', label: list.noTags }]
            : [
                {
                  kind: 'choice',
                  label: list.filter,
                  value: tag ?? '',
                  options,
                  onChoose: (chosen) => useListView.setState({ tag: chosen === '' ? undefined : chosen }),
                },
                { kind: 'separator' },
                {
                  kind: 'action',
                  label: list.manageTags,
                  icon: <Tags className="size-4" />,
                  onSelect: () => setTimeout(() => setManaging(true)),
                },
              ]
        }
        renderTrigger={(trigger) => (
          <IconButton
            {...trigger}
            size="small"
            label={list.filter}
            aria-pressed={tag !== undefined}
            icon={<Tag aria-hidden className="size-4" />}
          />
        )}
      />
      <Suspense fallback={null}>{isManaging ? <TagsDialog onClose={() => setManaging(false)} /> : null}</Suspense>
    </>
  );
}

interface SelectionBarProps extends ListToolsProps {
  readonly selected: ReadonlyMap<string, Conversation>;
}

function SelectionBar({ area, listed, selected, onLeave }: SelectionBarProps) {
  const { selection } = useOrderTexts();
  const actions = useConversationActions();
  const chosen = [...selected.values()];
  const isAll = listed.length > 0 && listed.every(({ id }) => selected.has(id));
  const stop = () => {
    useListView.setState({ selected: undefined });
    // The box that had the focus goes away.
    requestAnimationFrame(() => area.current?.querySelector('a')?.focus());
  };
  const isPossible = (): boolean => {
    if (chosen.length <= mostBulkIds) return true;
    showToast({ tone: 'danger', text: selection.tooMany(mostBulkIds) });
    return false;
  };
  const ask = (kind: 'tags' | 'project') => {
    if (isPossible()) useListView.setState({ dialog: { kind, conversations: chosen } });
  };
  const archive = async () => {
    if (!isPossible()) return;
    stop();
    chosen.forEach(onLeave);
    if (await actions.changeAll(chosen, { archived: true })) showToast({ text: selection.archived(chosen.length) });
  };
  const remove = () => {
    stop();
    chosen.forEach(onLeave);
    actions.remove(...chosen);
  };
  const button = { size: 'small', 'aria-disabled': chosen.length === 0 || undefined } as const;
  const unlessNone = (run: () => void) => () => {
    if (chosen.length > 0) run();
  };
  return (
    <fieldset aria-label={selection.label} className="flex h-full min-w-0 items-center gap-0.5">
      <label className="me-auto flex min-w-0 cursor-pointer items-center gap-2 ps-2.5 text-xs text-text-muted">
        <input
          type="checkbox"
          aria-label={isAll ? selection.selectNone : selection.selectAll}
          checked={isAll}
          ref={(box) => {
            if (box) box.indeterminate = !isAll && chosen.length > 0;
          }}
          onChange={() =>
            useListView.setState({ selected: new Map(isAll ? [] : listed.map((item) => [item.id, item])) })
          }
          className="size-4 shrink-0 accent-accent"
        />
        <output className="truncate tabular-nums">{selection.count(chosen.length)}</output>
      </label>
      <IconButton
        {...button}
        label={selection.tags}
        icon={<Tag aria-hidden className="size-4" />}
        onClick={unlessNone(() => ask('tags'))}
      />
      <IconButton
        {...button}
        label={selection.project}
        icon={<Folder aria-hidden className="size-4" />}
        onClick={unlessNone(() => ask('project'))}
      />
      <IconButton
        {...button}
        label={selection.archive}
        icon={<Archive aria-hidden className="size-4" />}
        onClick={unlessNone(() => void archive())}
      />
      <IconButton
        {...button}
        label={selection.delete}
        icon={<Trash2 aria-hidden className="size-4" />}
        onClick={unlessNone(remove)}
      />
      <IconButton size="small" label={selection.done} icon={<X aria-hidden className="size-4" />} onClick={stop} />
    </fieldset>
  );
}

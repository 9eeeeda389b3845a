import type { ConversationId, Message, MessageId } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { GitFork, Info, ListTree } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { usePanelTexts } from '../../../lib/i18n/use-panel-texts.ts';
import { messagesQuery } from '../../../lib/query/queries.ts';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { QueryState } from '../../../ui/query-state.tsx';
import { usePanelFits } from '../../../ui/use-panel-fits.ts';
import { hideModels } from '../compare/open-comparison.ts';
import { useLive } from '../live/use-live.ts';
import { useChatPanel } from '../panel/chat-panel.ts';
import { PanelFrame } from '../panel/panel-frame.tsx';
import { revealMessage } from '../thread/reveal-message.ts';
import type { PathNode } from '../thread/visible-path.ts';
import { MessageTree } from './message-tree.tsx';

export interface TreeViewProps {
  readonly conversationId: ConversationId;
  /** What is shown of the conversation. */
  readonly path: readonly PathNode[];
  readonly isSheet: boolean;
}

/** All messages of a conversation as a tree, and what can be done with the chosen one. */
export function TreeView({ conversationId, path, isSheet }: TreeViewProps) {
  const { tree, loading, retryFailed } = usePanelTexts();
  const { data: all, isError, refetch } = useQuery(messagesQuery(conversationId));
  const removed = useStore(useLive().branches, (branches) => branches.removed);
  const data = useMemo(() => all && hideModels(all.filter(({ id }) => !removed.has(id))), [all, removed]);
  const close = useChatPanel((panel) => panel.close);
  const [chosen, setChosen] = useState<MessageId>();
  const shown = useMemo(() => new Set(path.map(({ message }) => message.id)), [path]);
  const leaf = path.at(-1)?.message.id;
  const active = data?.find(({ id }) => id === (chosen ?? leaf)) ?? data?.find(({ id }) => id === leaf);
  const isOver = !usePanelFits() || isSheet;
  const reveal = (id: MessageId) => {
    if (isOver) close();
    revealMessage(conversationId, id);
  };
  // Over the page there is nothing to see of it before the sheet is gone, so a click only chooses.
  const choose = (id: MessageId, by: 'pointer' | 'key') => {
    if (!isOver || by === 'key') reveal(id);
  };
  return (
    <PanelFrame title={tree.title} isSheet={isSheet}>
      <div data-fills-panel="" className="flex h-full flex-col">
        {data && data.length > 0 ? (
          <>
            <p className="px-5 py-2 text-xs text-text-muted">
              {tree.summary(data.length, countBranches(data))}
              <span className="sr-only">{` ${tree.hint}`}</span>
            </p>
            <MessageTree messages={data} shown={shown} active={active?.id} onActive={setChosen} onChoose={choose} />
            {active === undefined ? null : <TreeActions message={active} onReveal={() => reveal(active.id)} />}
          </>
        ) : (
          <div className="p-5">
            {data ? (
              <EmptyState icon={<ListTree className="size-8" strokeWidth={1.5} />} title={tree.empty} />
            ) : (
              <QueryState isError={isError} failed={retryFailed} loading={loading} onRetry={() => void refetch()} />
            )}
          </div>
        )}
      </div>
    </PanelFrame>
  );
}

interface TreeActionsProps {
  readonly message: Message;
  readonly onReveal: () => void;
}

/** What can be done with the chosen message. */
function TreeActions({ message: { id, role }, onReveal }: TreeActionsProps) {
  const { tree } = usePanelTexts();
  const { open, askFork } = useChatPanel();
  return (
    <fieldset
      aria-label={tree.actions}
      className="m-0 flex min-w-0 flex-wrap items-center gap-1 border-t border-border px-3 py-2 pb-[max(0.5rem,env(safe-area-inset-bottom))]"
    >
      <Button size="small" variant="ghost" onClick={onReveal}>
        {tree.goTo}
      </Button>
      <Button
        size="small"
        variant="ghost"
        icon={<GitFork aria-hidden className="size-3.5" />}
        onClick={() => askFork(id)}
      >
        {tree.fork}
      </Button>
      {role === 'assistant' ? (
        <Button
          size="small"
          variant="ghost"
          icon={<Info aria-hidden className="size-3.5" />}
          onClick={() => open({ kind: 'glass-box', messageId: id })}
        >
          {tree.details}
        </Button>
      ) : null}
    </fieldset>
  );
}

/** How many messages go on in more than one way, counted as the ways beside the first. */
function countBranches(messages: readonly { readonly parentId: MessageId | null }[]): number {
  return messages.length - new Set(messages.map(({ parentId }) => parentId)).size;
}

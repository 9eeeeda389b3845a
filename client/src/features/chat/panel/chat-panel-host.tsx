import type { ConversationId } from '@parley/contracts';
import { lazy, memo, Suspense, useEffect } from 'react';
import type { PathNode } from '../thread/visible-path.ts';
import { useChatPanel } from './chat-panel.ts';

const PanelView = lazy(async () => ({ default: (await import('./panel-view.tsx')).PanelView }));
const ForkDialog = lazy(async () => ({ default: (await import('../fork/fork-dialog.tsx')).ForkDialog }));

export interface ChatPanelHostProps {
  readonly conversationId: ConversationId | undefined;
  /** What is shown of the conversation. */
  readonly path: readonly PathNode[];
  /** The chat is a pane itself: its panel lies over the page. */
  readonly isSheet: boolean;
}

/** The panel beside a transcript and what is asked over it; nothing until one of them is wanted. */
export const ChatPanelHost = memo(function ChatPanelHost({ conversationId, path, isSheet }: ChatPanelHostProps) {
  const { view, forkAt, close, askFork } = useChatPanel();
  useEffect(
    () => () => {
      close();
      askFork(undefined);
    },
    [close, askFork],
  );
  if (conversationId === undefined) return null;
  return (
    <Suspense fallback={null}>
      {view ? <PanelView conversationId={conversationId} path={path} view={view} isSheet={isSheet} /> : null}
      {forkAt ? <ForkDialog conversationId={conversationId} messageId={forkAt} /> : null}
    </Suspense>
  );
});

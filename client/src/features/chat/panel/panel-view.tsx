import type { ConversationId } from '@parley/contracts';
import { lazy } from 'react';
import type { PathNode } from '../thread/visible-path.ts';
import type { PanelSubject } from './chat-panel.ts';

const ArtifactView = lazy(async () => ({ default: (await import('../artifacts/artifact-view.tsx')).ArtifactView }));
const TreeView = lazy(async () => ({ default: (await import('../tree/tree-view.tsx')).TreeView }));
const GlassBoxView = lazy(async () => ({ default: (await import('../glass-box/glass-box-view.tsx')).GlassBoxView }));
const SentView = lazy(async () => ({ default: (await import('../glass-box/sent-view.tsx')).SentView }));

export interface PanelViewProps {
  readonly conversationId: ConversationId;
  readonly path: readonly PathNode[];
  readonly view: PanelSubject;
  readonly isSheet: boolean;
}

/** Whatever the panel shows. Each view brings its own frame, `PanelFrame`. */
export function PanelView({ conversationId, path, view, isSheet }: PanelViewProps) {
  if (view.kind === 'tree') return <TreeView conversationId={conversationId} path={path} isSheet={isSheet} />;
  if (view.kind === 'artifact') {
    return <ArtifactView conversationId={conversationId} path={path} artifactKey={view.key} isSheet={isSheet} />;
  }
  const { kind, messageId } = view;
  const View = kind === 'sent' ? SentView : GlassBoxView;
  return <View conversationId={conversationId} messageId={messageId} isSheet={isSheet} />;
}

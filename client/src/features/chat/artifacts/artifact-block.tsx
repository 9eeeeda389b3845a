import { Play } from 'lucide-react';
import { type ComponentProps, use } from 'react';
import { useArtifactTexts } from '../../../lib/i18n/use-artifact-texts.ts';
import type { ArtifactSlots } from '../../../ui/markdown/code/artifact-slot.ts';
import { CodeBlock } from '../../../ui/markdown/code/code-block.tsx';
import { DiagramBlock } from '../../../ui/markdown/diagram/diagram-block.tsx';
import { useChatPanel } from '../panel/chat-panel.ts';
import { AnswerScopeContext } from '../parts/answer-scope.ts';
import { ArtifactCard } from './artifact-card.tsx';
import { artifactKey } from './artifact-key.ts';
import { type ArtifactSource, readArtifact, shapeOf } from './read-artifact.ts';

/** What an answer shows where something was written to be shown by itself: its card, or its code with a way to see it. */
export function ArtifactBlock({ node, plain }: ComponentProps<ArtifactSlots['Block']>) {
  const { messageId } = use(AnswerScopeContext);
  const open = useChatPanel((panel) => panel.open);
  const artifact = readArtifact(node);
  if (messageId === undefined || artifact === undefined) return plain;
  const show = () => open({ kind: 'artifact', key: artifactKey(messageId, artifact) });
  const shape = node.type === 'artifact' ? 'card' : shapeOf(node);
  if (shape === 'card' || shape === 'tall-card') {
    return <ArtifactCard artifact={artifact} isTall={shape === 'tall-card'} onOpen={show} />;
  }
  if (node.type === 'artifact') return plain;
  if (artifact.kind === 'mermaid') return <DiagramBlock node={node} actions={<OpenButton {...{ artifact, show }} />} />;
  return shape === 'button' ? <CodeBlock node={node} actions={<OpenButton {...{ artifact, show }} />} /> : plain;
}

interface OpenButtonProps {
  readonly artifact: ArtifactSource;
  readonly show: () => void;
}

function OpenButton({ artifact: { kind, title }, show }: OpenButtonProps) {
  const { card, untitled } = useArtifactTexts();
  return (
    <button type="button" aria-label={card.previewNamed(title || untitled[kind])} onClick={show}>
      <Play size={14} aria-hidden />
      <span aria-hidden>{card.preview}</span>
    </button>
  );
}

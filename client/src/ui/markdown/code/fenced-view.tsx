import { Suspense, use } from 'react';
import { DiagramBlock } from '../diagram/diagram-block.tsx';
import type { ArtifactNode, CodeNode } from '../document/nodes.ts';
import { ArtifactContext } from './artifact-slot.ts';
import { CodeBlock } from './code-block.tsx';

/** Languages of which something can be shown. */
const SHOWN = /^(?:x?html?|svg|xml|[jt]sx|react|md|markdown|mermaid)$/i;

/** Code, a diagram, or what a page makes of something that can be shown by itself. */
export function FencedView({ node }: { readonly node: ArtifactNode | CodeNode }) {
  const slots = use(ArtifactContext);
  const code: CodeNode =
    node.type === 'code' ? node : { type: 'code', language: '', text: node.body.trim(), closed: node.closed };
  const plain = code.language === 'mermaid' ? <DiagramBlock node={code} /> : <CodeBlock node={code} />;
  return slots && (code !== node || SHOWN.test(code.language)) ? (
    <Suspense fallback={plain}>
      <slots.Block node={node} plain={plain} />
    </Suspense>
  ) : (
    plain
  );
}

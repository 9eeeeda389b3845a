import { type RefObject, useEffect, useRef, useState } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { CodeBlock } from '../code/code-block.tsx';
import { CopyButton } from '../code/copy-button.tsx';
import type { CodeNode } from '../document/nodes.ts';
import { ScrollArea } from '../render/scroll-area.tsx';
import { type Diagram, renderDiagram } from './render-diagram.ts';
import { usePalette } from './use-palette.ts';

/** Diagrams are not shrunk further than this, or nobody could read them: they scroll. */
const SMALLEST_SCALE = 0.75;

/** A mermaid diagram, drawn once its fence is closed and it comes into view; its source before, and when that fails. */
export function DiagramBlock({ node }: { readonly node: CodeNode }) {
  return node.closed ? <ClosedDiagram node={node} /> : <CodeBlock node={node} />;
}

function ClosedDiagram({ node }: { readonly node: CodeNode }) {
  const ref = useRef<HTMLDivElement>(null);
  const state = useDiagram(node.text, ref);
  const [showsSource, setShowsSource] = useState(false);
  const { markdown } = useTexts();
  const toggle = (
    <button type="button" onClick={() => setShowsSource((shown) => !shown)}>
      {showsSource ? markdown.showDiagram : markdown.showSource}
    </button>
  );
  return (
    <div ref={ref}>
      {typeof state === 'string' ? (
        <CodeBlock node={node} note={{ drawing: '', failed: markdown.diagramFailed }[state]} />
      ) : showsSource ? (
        <CodeBlock node={node} actions={toggle} />
      ) : (
        <div className="markdown-code">
          <div className="markdown-code-header">
            <span>{markdown.diagram}</span>
            {toggle}
            <CopyButton text={node.text} />
          </div>
          <ScrollArea label={markdown.diagram} className="markdown-diagram">
            <Picture diagram={state} alt={state.description || markdown.diagram} />
          </ScrollArea>
        </div>
      )}
    </div>
  );
}

function Picture({ diagram, alt }: { readonly diagram: Diagram; readonly alt: string }) {
  const { url, width, height } = diagram;
  return <img src={url} alt={alt} width={width} height={height} style={{ width, minWidth: width * SMALLEST_SCALE }} />;
}

type DiagramState = Diagram | 'drawing' | 'failed';

function useDiagram(source: string, ref: RefObject<Element | null>): DiagramState {
  const palette = usePalette(ref);
  const [state, setState] = useState<DiagramState>('drawing');
  useEffect(() => {
    if (!palette) return undefined;
    let current = true;
    renderDiagram(source, palette).then(
      (diagram) => current && setState(diagram),
      () => current && setState('failed'),
    );
    return () => {
      current = false;
    };
  }, [source, palette]);
  return state;
}

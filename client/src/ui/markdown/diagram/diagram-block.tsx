import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { CodeBlock } from '../code/code-block.tsx';
import { DownloadButton } from '../code/download-button.tsx';
import { CopyButton } from '../code/copy-button.tsx';
import type { CodeNode } from '../document/nodes.ts';
import { ScrollArea } from '../render/scroll-area.tsx';
import { type Diagram, renderDiagram } from './render-diagram.ts';
import { diagramAsPng, diagramAsSvg } from './export-diagram.ts';
import { usePalette } from './use-palette.ts';

/** Diagrams are not shrunk further than this, or nobody could read them: they scroll. */
const SMALLEST_SCALE = 0.75;

export interface DiagramBlockProps {
  readonly node: CodeNode;
  /** Further buttons for the header. */
  readonly actions?: ReactNode;
}

/** A mermaid diagram, drawn once its fence is closed and it comes into view; its source before, and when that fails. */
export function DiagramBlock({ node, actions }: DiagramBlockProps) {
  return node.closed ? <ClosedDiagram node={node} actions={actions} /> : <CodeBlock node={node} />;
}

function ClosedDiagram({ node, actions }: DiagramBlockProps) {
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
    <div ref={ref} className="markdown-diagram-ground">
      {typeof state === 'string' ? (
        <CodeBlock node={node} note={{ drawing: '', failed: markdown.diagramFailed }[state]} />
      ) : showsSource ? (
        <CodeBlock node={node} actions={toggle} />
      ) : (
        <div className="markdown-code">
          <div className="markdown-code-header">
            <span>{markdown.diagram}</span>
            {actions}
            {toggle}
            <DownloadButton name="diagram.svg" caption="SVG" content={() => diagramAsSvg(state)} />
            <DownloadButton
              name="diagram.png"
              caption="PNG"
              content={() => diagramAsPng(state, groundOf(ref.current))}
            />
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

function groundOf(element: Element | null): string {
  return element ? getComputedStyle(element).getPropertyValue('background-color') : 'white';
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

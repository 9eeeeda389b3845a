import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { CodeSpan } from './highlight-messages.ts';
import { pageHighlighter } from './page-highlighter.ts';

interface HighlightedCodeProps {
  readonly text: string;
  /** Name in highlight.js; empty for plain text. */
  readonly language: string;
}

/** Code in colours once they are known, until then and without them as plain text of the same size. */
export function HighlightedCode({ text, language }: HighlightedCodeProps) {
  const spans = useSpans(text, language);
  return spans ? <ColouredCode spans={spans} /> : text;
}

/** Code in colours that stays: nodes of its own, because as elements of React its pieces would take ten times the memory. */
function ColouredCode({ spans }: { readonly spans: readonly CodeSpan[] }) {
  const place = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => place.current?.replaceChildren(...spans.map(nodeOf)), [spans]);
  return <span ref={place} />;
}

function nodeOf([kind, part]: CodeSpan): Node | string {
  if (kind === 'plain') return part;
  const span = document.createElement('span');
  span.dataset['code'] = kind;
  span.textContent = part;
  return span;
}

/** Code of which the kinds are known, and of which there may be more in a moment. */
export function CodeSpans({ spans }: { readonly spans: readonly CodeSpan[] }) {
  return spans.map(([kind, part], index) =>
    kind === 'plain' ? (
      part
    ) : (
      <span key={index} data-code={kind}>
        {part}
      </span>
    ),
  );
}

function useSpans(text: string, language: string): readonly CodeSpan[] | undefined {
  const [result, setResult] = useState(() => ({ text, language, spans: pageHighlighter.known(text, language) }));
  const isCurrent = result.text === text && result.language === language;
  useEffect(() => {
    if (isCurrent && result.spans) return undefined;
    let mounted = true;
    const show = async () => {
      const spans = await pageHighlighter.highlight(text, language);
      if (mounted && spans) setResult({ text, language, spans });
    };
    void show();
    return () => {
      mounted = false;
    };
  }, [text, language, isCurrent, result.spans]);
  return isCurrent ? result.spans : undefined;
}

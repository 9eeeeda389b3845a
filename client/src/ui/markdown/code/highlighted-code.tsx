import { useEffect, useState } from 'react';
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
  return spans ? <CodeSpans spans={spans} /> : text;
}

/** Code of which the kinds are known. */
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

import { useEffect, useRef, useState } from 'react';
import type { CodeSpan } from './highlight-messages.ts';
import { CodeSpans } from './highlighted-code.tsx';
import { pageHighlighter } from './page-highlighter.ts';

/** Between two looks at code that grows, so that its colours cost little. Milliseconds. */
const pauseMs = 250;

interface Coloured {
  readonly text: string;
  readonly spans: readonly CodeSpan[];
}

interface GrowingCodeProps {
  readonly text: string;
  /** Name in highlight.js; empty for plain text. */
  readonly language: string;
  /** Whether no more of it will come. */
  readonly settled: boolean;
}

/** Code that is being written: in colours, of which the newest letters have theirs a moment later. */
export function GrowingCode({ text, language, settled }: GrowingCodeProps) {
  const coloured = useColours(text, language, settled);
  if (!coloured || !text.startsWith(coloured.text)) return text;
  return (
    <>
      <CodeSpans spans={coloured.spans} />
      {text.slice(coloured.text.length)}
    </>
  );
}

function useColours(text: string, language: string, settled: boolean): Coloured | undefined {
  const [coloured, setColoured] = useState<Coloured | undefined>(() => {
    const spans = pageHighlighter.known(text, language);
    return spans && { text, spans };
  });
  const asking = useRef({ isBusy: false, hopeless: '' });
  const [, setRound] = useState(0);
  const isDue = language !== '' && coloured?.text !== text;
  useEffect(() => {
    const { current } = asking;
    if (!isDue || current.isBusy || current.hopeless === language) return;
    const ask = async () => {
      const spans = await pageHighlighter.highlight(text, language, !settled);
      if (spans) setColoured({ text, spans });
      else current.hopeless = language;
      if (!settled) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      current.isBusy = false;
      // The code may have grown meanwhile.
      setRound((round) => round + 1);
    };
    current.isBusy = true;
    void ask();
  });
  return coloured;
}

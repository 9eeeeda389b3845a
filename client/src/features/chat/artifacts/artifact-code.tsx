import { useState } from 'react';
import { useArtifactTexts } from '../../../lib/i18n/use-artifact-texts.ts';
import { languageOf } from '../../../ui/markdown/code/code-languages.ts';
import { GrowingCode } from '../../../ui/markdown/code/growing-code.tsx';
import { LongText } from '../../../ui/markdown/code/long-text.tsx';
import { fileKinds } from './artifact-kind.ts';
import { type ArtifactSource, countLines } from './read-artifact.ts';

/** Longer code has no colours: they would make thousands of elements. */
const mostColoured = 60_000;

/** The arrow keys scroll it. */
const focusable = { tabIndex: 0 };

/** The code of an artifact, also while it is being written. */
export function ArtifactCode({ artifact, label }: { readonly artifact: ArtifactSource; readonly label: string }) {
  const { card, view } = useArtifactTexts();
  const [wraps, setWraps] = useState(false);
  const { kind, text, closed } = artifact;
  const language = languageOf(fileKinds[kind].word).id;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex items-center justify-between gap-2 px-4 pt-2 text-xs text-text-muted">
        <p className="tabular-nums">
          {closed ? card.lines(countLines(text)) : card.writing(card.lines(countLines(text)))}
        </p>
        <label className="inline-flex min-h-7 items-center gap-1.5 touch:min-h-11">
          <input type="checkbox" checked={wraps} onChange={() => setWraps(!wraps)} />
          {view.wrap}
        </label>
      </div>
      <section
        {...focusable}
        aria-label={label}
        dir="ltr"
        className="markdown-code min-h-0 flex-1 overflow-auto rounded-none border-0 bg-bg -outline-offset-2"
      >
        <pre
          className="font-mono"
          style={wraps ? { width: 'auto', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' } : undefined}
        >
          <code>
            {text.length > mostColoured ? (
              <LongText text={text} />
            ) : (
              <GrowingCode text={text} language={language} settled={closed} />
            )}
          </code>
        </pre>
      </section>
    </div>
  );
}

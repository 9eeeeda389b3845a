import { useId, useState } from 'react';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { useCodeTexts } from '../../../../lib/i18n/use-code-texts.ts';
import { classNames } from '../../../../ui/class-names.ts';
import type { CodeLanguage } from '../../../../ui/markdown/code/code-languages.ts';
import { GrowingCode } from '../../../../ui/markdown/code/growing-code.tsx';
import { ScrollArea } from '../../../../ui/markdown/render/scroll-area.tsx';
import { ScrollFrame } from './scroll-frame.tsx';

/** Code of more lines is folded once it is written. */
const linesShown = 16;
const lettersShown = 20_000;
/** What goes beyond this is only copied: nobody reads it, and a page with it would be slow. */
const mostShown = 200_000;

export interface CodeSectionProps {
  readonly code: string;
  readonly language: CodeLanguage;
  /** Whether more of it will come. */
  readonly isWriting: boolean;
}

/** The code of a run: followed to its end while it is written, folded afterwards when it is long, and always there to be read. */
export function CodeSection({ code, language, isWriting }: CodeSectionProps) {
  const { lines } = useCodeTexts();
  const { markdown } = useTexts();
  const [unfolded, setUnfolded] = useState(false);
  const id = useId();
  const label = markdown.code(language.label);
  const text = (
    <pre dir="ltr">
      <code>
        <GrowingCode text={code.slice(0, mostShown)} language={language.id} settled={!isWriting} />
      </code>
    </pre>
  );
  if (isWriting) {
    return (
      <ScrollFrame label={label} follows={code}>
        {text}
      </ScrollFrame>
    );
  }
  const lineCount = code.trimEnd().split('\n').length;
  const isLong = lineCount > linesShown || code.length > lettersShown;
  return (
    <>
      <div
        id={id}
        className={classNames(
          isLong && !unfolded && 'max-h-72 overflow-hidden mask-b-from-70% [&_figure]:overflow-y-hidden',
        )}
      >
        <ScrollArea label={label} className="markdown-code-scroll">
          {text}
        </ScrollArea>
      </div>
      {code.length > mostShown ? <p className="px-3.5 pb-1.5 text-xs text-text-muted">{lines.beginning}</p> : null}
      {isLong ? (
        <button
          type="button"
          aria-expanded={unfolded}
          aria-controls={id}
          onClick={() => setUnfolded(!unfolded)}
          className="mx-2 mb-1.5 min-h-7 rounded-control px-1.5 text-xs font-medium text-accent hover:underline touch:min-h-11"
        >
          {unfolded ? lines.showLess : lines.showAll(lineCount)}
        </button>
      ) : null}
    </>
  );
}

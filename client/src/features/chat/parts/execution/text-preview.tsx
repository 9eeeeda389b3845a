import { byteSize } from '../../../../lib/files/byte-size.ts';
import { useCodeTexts } from '../../../../lib/i18n/use-code-texts.ts';
import { languageOf } from '../../../../ui/markdown/code/code-languages.ts';
import { HighlightedCode } from '../../../../ui/markdown/code/highlighted-code.tsx';
import { PlainText } from './plain-text.tsx';
import { endingOf } from './preview-kind.ts';
import { mostShown, readText } from './read-text.ts';
import { ScrollFrame } from './scroll-frame.tsx';
import { useRead } from './use-read.ts';

/** The beginning of a file as text, in colours where its ending names a language. */
export function TextPreview({ name, blob }: { readonly name: string; readonly blob: Blob }) {
  const { text: texts, files } = useCodeTexts();
  const read = useRead(blob, name, readText);
  if (read === undefined) return <p className="text-xs text-text-muted">{files.loading}</p>;
  if (read === 'failed') return <p className="text-xs text-danger">{files.failed}</p>;
  if (read === 'binary') return <p className="text-xs text-text-muted">{texts.binary}</p>;
  if (read.text === '') return <p className="text-xs text-text-muted">{texts.empty}</p>;
  return (
    <div className="flex flex-col gap-1">
      <ScrollFrame label={files.previewOf(name)} className="rounded-control border border-border bg-bg px-2.5 py-2">
        <PlainText text={read.text}>
          <HighlightedCode text={read.text} language={languageOf(endingOf(name)).id} />
        </PlainText>
      </ScrollFrame>
      {read.isCut ? (
        <p className="text-xs text-text-muted">{texts.beginning(byteSize(mostShown), byteSize(blob.size))}</p>
      ) : null}
    </div>
  );
}

import type { CodeRunSummary } from '@parley/contracts';
import { useState } from 'react';
import { useCodeTexts } from '../../../../lib/i18n/use-code-texts.ts';
import { Button } from '../../../../ui/button.tsx';
import { FileRow } from './file-row.tsx';
import { ImageFile } from './image-file.tsx';
import { previewKind } from './preview-kind.ts';
import { SkippedFiles } from './skipped-files.tsx';

/** More files than this are folded, and more pictures wait to be asked for. */
const shownAtOnce = 8;

/** What a run wrote: pictures to look at, then the other files, then what was not kept and why. */
export function FileList({ files, skipped }: Pick<CodeRunSummary, 'files' | 'skipped'>) {
  const texts = useCodeTexts().files;
  const [unfolded, setUnfolded] = useState(false);
  if (files.length === 0 && skipped.length === 0) return null;
  const images = files.filter((file) => previewKind(file) === 'image');
  const others = files.filter((file) => previewKind(file) !== 'image');
  const shown = unfolded ? [...images, ...others] : [...images, ...others].slice(0, shownAtOnce);
  return (
    <div className="flex flex-col gap-2 border-t border-border px-3.5 py-2.5">
      {/* The text of an answer, which this may stand in, gives its lists bullets and gaps. */}
      <ul aria-label={texts.title} className="m-0 flex list-none! flex-col gap-2 p-0!">
        {shown.map((file, index) => (
          <li key={file.id} className="mt-0! min-w-0 p-0!">
            {previewKind(file) === 'image' ? (
              <ImageFile file={file} loads={index < shownAtOnce} />
            ) : (
              <FileRow file={file} />
            )}
          </li>
        ))}
      </ul>
      {shown.length < files.length ? (
        <Button size="small" className="self-start" onClick={() => setUnfolded(true)}>
          {texts.showAll(files.length)}
        </Button>
      ) : null}
      <SkippedFiles skipped={skipped} />
    </div>
  );
}

import { Upload } from 'lucide-react';
import { useRef } from 'react';
import { useFilesTexts } from '../../lib/i18n/use-files-texts.ts';
import { Button } from '../../ui/button.tsx';

/** Lets somebody choose files for the workspace. */
export function UploadButton({ onChoose }: { readonly onChoose: (files: readonly File[]) => void }) {
  const { workspace } = useFilesTexts();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button icon={<Upload aria-hidden className="size-4" />} onClick={() => input.current?.click()}>
        {workspace.upload}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid="upload-files"
        onChange={({ currentTarget }) => {
          onChoose(Array.from(currentTarget.files ?? []));
          // The same file may be chosen again after it was changed.
          currentTarget.value = '';
        }}
      />
    </>
  );
}

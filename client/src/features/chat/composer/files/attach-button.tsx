import { Paperclip } from 'lucide-react';
import { useRef } from 'react';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { IconButton } from '../../../../ui/icon-button.tsx';

/** Lets somebody choose files to go with what is being written. */
export function AttachButton({ onChoose }: { readonly onChoose: (files: readonly File[]) => void }) {
  const { files } = useTexts().chat.composer;
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton
        label={files.attach}
        icon={<Paperclip aria-hidden className="size-4" />}
        className="size-8"
        onClick={() => input.current?.click()}
      />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid="attach-files"
        onChange={({ currentTarget }) => {
          onChoose(Array.from(currentTarget.files ?? []));
          // The same file may be chosen again after it was changed.
          currentTarget.value = '';
        }}
      />
    </>
  );
}

import { useRef, useState } from 'react';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Button } from '../../../ui/button.tsx';
import { FileButton } from '../../../ui/file-button.tsx';
import { scalePicture } from '../picture/scale-picture.ts';

export interface AvatarFieldProps {
  readonly name: string;
  readonly picture: string | null;
  readonly error: string | undefined;
  readonly onChange: (picture: string | null) => void;
}

/** The picture of an agent: chosen from a file, made small here, shown as it will look. */
export function AvatarField({ name, picture, error, onChange }: AvatarFieldProps) {
  const { builder } = useAgentTexts();
  const chooser = useRef<HTMLButtonElement>(null);
  const [isUnreadable, setUnreadable] = useState(false);
  const choose = async (file: File) => {
    try {
      onChange(await scalePicture(file));
      setUnreadable(false);
    } catch {
      setUnreadable(true);
    }
  };
  const problem = isUnreadable ? builder.pictureFailed : error;
  return (
    <fieldset className="flex min-w-0 items-center gap-4">
      <legend className="sr-only">{builder.picture}</legend>
      <Avatar name={name} picture={picture} size="large" />
      <div className="flex min-w-0 flex-1 flex-col gap-1.5">
        <div className="flex flex-wrap gap-2">
          <FileButton
            ref={chooser}
            accept="image/png,image/jpeg,image/webp,image/gif,image/avif"
            onChoose={(file) => void choose(file)}
            inputTestId="agent-picture"
          >
            {picture === null ? builder.choosePicture : builder.changePicture}
          </FileButton>
          {picture === null ? null : (
            <Button
              variant="ghost"
              onClick={() => {
                onChange(null);
                chooser.current?.focus();
              }}
            >
              {builder.removePicture}
            </Button>
          )}
        </div>
        <output className={`block text-xs ${problem === undefined ? 'text-text-muted' : 'text-danger'}`}>
          {problem ?? builder.pictureHint}
        </output>
      </div>
    </fieldset>
  );
}

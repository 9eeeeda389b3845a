import { useRef } from 'react';
import { Button } from './button.tsx';
import type { ButtonProps } from './button.tsx';

export interface FileButtonProps extends Omit<ButtonProps, 'onClick'> {
  /** What may be chosen, as in `<input accept>`. */
  readonly accept: string;
  readonly onChoose: (file: File) => void;
  /** Where tests put a file, because a browser lets nobody else do so. */
  readonly inputTestId: string;
}

/** A button that lets somebody choose a file; the same one may be chosen again after it was changed. */
export function FileButton({ accept, onChoose, inputTestId, ...rest }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button {...rest} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        accept={accept}
        hidden
        data-testid={inputTestId}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file !== undefined) onChoose(file);
          currentTarget.value = '';
        }}
      />
    </>
  );
}

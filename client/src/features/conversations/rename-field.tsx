import { useEffect, useRef } from 'react';
import { useTexts } from '../../lib/i18n/use-texts.ts';

export interface RenameFieldProps {
  readonly title: string;
  /** With the new title, or `undefined` when the person changed their mind. */
  readonly onDone: (title: string | undefined) => void;
}

/** Edits a title where it stands: Enter or leaving the field keeps it, Esc does not. */
export function RenameField({ title, onDone }: RenameFieldProps) {
  const { sidebar } = useTexts();
  const input = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const finish = (value: string | undefined) => {
    if (isDone.current) return;
    isDone.current = true;
    onDone(value?.trim());
  };
  return (
    <input
      ref={input}
      defaultValue={title}
      maxLength={200}
      aria-label={sidebar.renameLabel}
      onBlur={(event) => finish(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter') finish(event.currentTarget.value);
        if (event.key === 'Escape') finish(undefined);
        event.stopPropagation();
      }}
      className="h-9 w-full rounded-control border border-outline bg-raised px-2.5 touch:h-11"
    />
  );
}

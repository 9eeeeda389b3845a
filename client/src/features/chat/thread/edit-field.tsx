import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import { classNames } from '../../../ui/class-names.ts';

export interface EditFieldProps {
  readonly label: string;
  /** Which keys do what. */
  readonly hint: string;
  readonly text: string;
  readonly takesFocus: boolean;
  readonly className?: string;
  readonly onChange: (text: string) => void;
  /** On Enter alone; absent: it begins a new line. */
  readonly onEnter?: (() => void) | undefined;
  readonly onModEnter: () => void;
  readonly onSave: () => void;
  readonly onCancel: () => void;
}

/** A text of the transcript while it is changed in its place. Ctrl or Command with S saves, Esc cancels. */
export function EditField(props: EditFieldProps) {
  const { label, hint, text, takesFocus, className, onChange, onEnter, onModEnter, onSave, onCancel } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const hintId = useId();
  useEffect(() => {
    const element = field.current;
    if (!element || !takesFocus) return;
    element.focus({ preventScroll: true });
    element.setSelectionRange(element.value.length, element.value.length);
    element.scrollIntoView({ block: 'nearest' });
  }, [takesFocus]);

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While an input method composes, Enter and Esc belong to it; Safari reports its last Enter only as key code 229.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    const act = actionOf(event);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const actionOf = (event: KeyboardEvent): (() => void) | undefined => {
    const isMod = event.ctrlKey || event.metaKey;
    if (event.key === 'Escape') return onCancel;
    if (isMod && event.key.toLowerCase() === 's') return onSave;
    if (event.key !== 'Enter' || event.shiftKey || event.altKey) return undefined;
    return isMod ? onModEnter : onEnter;
  };

  return (
    <>
      <textarea
        ref={field}
        value={text}
        rows={2}
        dir="auto"
        aria-label={label}
        aria-describedby={hintId}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
        className={classNames(
          'block max-h-[60vh] min-h-11 w-full resize-none overflow-y-auto bg-transparent px-4 pt-3 pb-1 text-base/6 outline-none [field-sizing:content] [font-variant-ligatures:none]',
          className,
        )}
      />
      <span id={hintId} className="sr-only">
        {hint}
      </span>
    </>
  );
}

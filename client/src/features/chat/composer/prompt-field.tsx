import { type KeyboardEvent, type RefObject, useLayoutEffect } from 'react';
import { usePreferences } from '../../../lib/preferences.ts';

export interface PromptFieldProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly label: string;
  readonly text: string;
  readonly placeholder?: string;
  readonly describedBy?: string;
  readonly onChange: (text: string) => void;
  readonly onSend: () => void;
  /** On Alt+Enter. */
  readonly onSteer?: (() => void) | undefined;
  readonly onEscape: () => void;
  readonly onLeave?: () => void;
}

/** A text field that grows with its text to 40 % of the window and knows which key sends. */
export function PromptField(props: PromptFieldProps) {
  const { field, label, text, placeholder, describedBy, onChange, onSend, onSteer, onEscape, onLeave } = props;
  const sendKey = usePreferences((preferences) => preferences.sendKey);
  useFallbackHeight(field);

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While an input method composes, Enter and Esc belong to it; Safari reports its last Enter only as key code 229.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape') {
      onEscape();
      return;
    }
    if (event.key === 'Enter' && event.altKey && onSteer) {
      event.preventDefault();
      onSteer();
      return;
    }
    if (event.key !== 'Enter' || event.shiftKey || event.altKey) return;
    if (sendKey === 'ctrl-enter' && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    onSend();
  };

  return (
    <textarea
      ref={field}
      value={text}
      rows={1}
      dir="auto"
      aria-label={label}
      aria-describedby={describedBy}
      placeholder={placeholder}
      enterKeyHint={sendKey === 'enter' ? 'send' : 'enter'}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={onKeyDown}
      onBlur={onLeave}
      className="max-h-[40vh] min-h-11 w-full resize-none overflow-y-auto bg-transparent px-4 pt-3 pb-1 text-base/6 outline-none [field-sizing:content]"
    />
  );
}

/** Browsers without `field-sizing` measure by hand. */
function useFallbackHeight(field: RefObject<HTMLTextAreaElement | null>): void {
  useLayoutEffect(() => {
    const element = field.current;
    if (!element || CSS.supports('field-sizing', 'content')) return;
    element.style.setProperty('height', 'auto');
    element.style.setProperty('height', `${String(element.scrollHeight)}px`);
  });
}

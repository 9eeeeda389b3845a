import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { copyText } from '../../../lib/copy-text.ts';

const SHOWN_FOR_MS = 2_000;

/** The same elements each time: a block that grows draws its buttons anew with every few words. */
const copyIcon = <Copy size={14} aria-hidden />;
const doneIcon = <Check size={14} aria-hidden />;

type CopyState = 'idle' | 'copied' | 'failed';

export interface CopyButtonProps {
  /** What is copied, or how it is made. */
  readonly text: string | (() => string);
  /** The accessible name, where it is not code. */
  readonly label?: string;
  /** Beside the icon. */
  readonly caption?: string;
}

/** Copies `text`, shows that it did and says so politely. */
export function CopyButton({ text, label, caption }: CopyButtonProps) {
  const { markdown } = useTexts();
  const [state, setState] = useState<CopyState>('idle');
  useEffect(() => {
    if (state === 'idle') return undefined;
    const timer = setTimeout(() => setState('idle'), SHOWN_FOR_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const said = { idle: '', copied: markdown.copied, failed: markdown.copyFailed }[state];
  return (
    <>
      <button
        type="button"
        aria-label={said || (label ?? markdown.copyCode)}
        onClick={() => void copyText(typeof text === 'string' ? text : text()).then(setState)}
      >
        {state === 'copied' ? doneIcon : copyIcon}
        <span aria-hidden>{said || (caption ?? markdown.copy)}</span>
      </button>
      <output className="sr-only">{said}</output>
    </>
  );
}

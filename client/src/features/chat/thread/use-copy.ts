import { useEffect, useState } from 'react';
import { copyText } from '../../../lib/copy-text.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { showToast } from '../../../ui/toast-store.ts';

const shownMs = 2000;

/** Copies a text; `copied` is true for two seconds afterwards. A refusal is shown as a toast. */
export function useCopy(): { readonly copied: boolean; readonly copy: (text: string) => void } {
  const { chat } = useTexts();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), shownMs);
    return () => clearTimeout(timer);
  }, [copied]);
  const copyAndTell = async (text: string): Promise<void> => {
    if ((await copyText(text)) === 'copied') setCopied(true);
    else showToast({ text: chat.turn.copyFailed, tone: 'danger' });
  };
  return { copied, copy: (text) => void copyAndTell(text) };
}

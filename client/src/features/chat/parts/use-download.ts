import type { ToolResultId } from '@parley/contracts';
import { useState } from 'react';
import { explainError } from '../../../lib/explain-error.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { showToast } from '../../../ui/toast-store.ts';
import { saveFile } from '../../../lib/files/save-file.ts';
import { fetchStoredFile } from './use-stored-file.ts';

/** Fetches a stored result as the person who is signed in, and saves it under a name. */
export function useDownload(id: ToolResultId, name: string) {
  const texts = useTexts();
  const [busy, setBusy] = useState(false);
  const download = async () => {
    setBusy(true);
    try {
      saveFile(await fetchStoredFile(id), name);
    } catch (error) {
      showToast({ text: `${texts.tools.stored.failed} ${explainError(error, texts)}`, tone: 'danger' });
    } finally {
      setBusy(false);
    }
  };
  return { busy, download };
}

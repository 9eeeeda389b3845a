import type { FileRef } from '@parley/contracts';
import { useState } from 'react';
import { explainError } from '../../../../lib/explain-error.ts';
import { readFile } from '../../../../lib/files/read-file.ts';
import { saveFile } from '../../../../lib/files/save-file.ts';
import { useCodeTexts } from '../../../../lib/i18n/use-code-texts.ts';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { showToast } from '../../../../ui/toast-store.ts';

/** Fetches a file as the person who is signed in, and saves it. */
export function useFileDownload({ id, name }: Pick<FileRef, 'id' | 'name'>) {
  const texts = useTexts();
  const { files } = useCodeTexts();
  const [busy, setBusy] = useState(false);
  const download = async () => {
    setBusy(true);
    try {
      saveFile(await readFile(id), name);
    } catch (error) {
      showToast({ text: `${files.failed} ${explainError(error, texts)}`, tone: 'danger' });
    } finally {
      setBusy(false);
    }
  };
  return { busy, download };
}

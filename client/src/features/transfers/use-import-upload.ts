import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { explainError } from '../../lib/explain-error.ts';
import { uploadImport } from '../../lib/files/upload-import.ts';
import { useDataTexts } from '../../lib/i18n/use-data-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { showToast } from '../../ui/toast-store.ts';
import { importsQuery } from './imports-query.ts';

/** Sends a file to be imported; `percent` of it has left, while it is being sent. */
export function useImportUpload() {
  const texts = useDataTexts();
  const all = useTexts();
  const client = useQueryClient();
  const [percent, setPercent] = useState<number>();
  const begin = async (file: File) => {
    setPercent(0);
    try {
      const started = await uploadImport(file, { onProgress: (share) => setPercent(Math.round(share * 100)) });
      client.setQueryData(importsQuery.queryKey, (held) => [started, ...(held ?? [])]);
      await client.invalidateQueries({ queryKey: importsQuery.queryKey });
    } catch (error) {
      showToast({ text: `${texts.importFailed} ${explainError(error, all)}`, tone: 'danger' });
    } finally {
      setPercent(undefined);
    }
  };
  return { percent, begin };
}

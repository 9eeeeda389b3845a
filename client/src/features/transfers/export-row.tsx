import { transferRoutes } from '@parley/contracts';
import { useState } from 'react';
import { authorizedFetch } from '../../lib/api/call.ts';
import { readProblem } from '../../lib/api/read-problem.ts';
import { explainError } from '../../lib/explain-error.ts';
import { saveFile } from '../../lib/files/save-file.ts';
import { useDataTexts } from '../../lib/i18n/use-data-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Button } from '../../ui/button.tsx';
import { SettingRow } from '../../ui/setting-row.tsx';
import { showToast } from '../../ui/toast-store.ts';

/** All of one's chats as one file. */
export function ExportRow() {
  const texts = useDataTexts();
  const all = useTexts();
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      const response = await authorizedFetch(transferRoutes.exportAccount.path, {});
      if (!response.ok) throw await readProblem(response);
      saveFile(await response.blob(), `parley-${new Date().toISOString().slice(0, 10)}.json`);
      showToast({ text: texts.exported });
    } catch (error) {
      showToast({ text: `${texts.exportFailed} ${explainError(error, all)}`, tone: 'danger' });
    } finally {
      setBusy(false);
    }
  };
  return (
    <SettingRow label={texts.export} hint={texts.exportHint}>
      <Button busy={isBusy} aria-label={texts.export} onClick={() => void save()}>
        {texts.exportAction}
      </Button>
    </SettingRow>
  );
}

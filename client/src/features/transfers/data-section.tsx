import { useDataTexts } from '../../lib/i18n/use-data-texts.ts';
import { FileButton } from '../../ui/file-button.tsx';
import { SettingRow } from '../../ui/setting-row.tsx';
import { SettingsSection } from '../../ui/settings-section.tsx';
import { ExportRow } from './export-row.tsx';
import { ImportList } from './import-list.tsx';
import { useImportUpload } from './use-import-upload.ts';

/** Takes one's chats out as a file, and brings those of another product along. */
export function DataSection() {
  const texts = useDataTexts();
  const { percent, begin } = useImportUpload();
  const isBusy = percent !== undefined;
  return (
    <SettingsSection title={texts.title}>
      <ExportRow />
      <SettingRow label={texts.import} hint={texts.importHint}>
        <span className="flex items-center gap-3">
          <output className="text-xs text-text-muted tabular-nums empty:sr-only">
            {isBusy ? texts.uploading(percent) : null}
          </output>
          <FileButton
            accept=".json,application/json"
            inputTestId="import-file"
            aria-label={texts.import}
            busy={isBusy}
            onChoose={(file) => void begin(file)}
          >
            {texts.importAction}
          </FileButton>
        </span>
      </SettingRow>
      <ImportList />
    </SettingsSection>
  );
}

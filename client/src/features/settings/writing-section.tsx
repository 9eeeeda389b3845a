import { useTexts } from '../../lib/i18n/use-texts.ts';
import { setPreferences, usePreferences } from '../../lib/preferences.ts';
import { SegmentedChoice } from '../../ui/segmented-choice.tsx';
import { SettingRow } from '../../ui/setting-row.tsx';
import { SettingsSection } from '../../ui/settings-section.tsx';

const sendKeys = ['enter', 'ctrl-enter'] as const;

/** Which key sends. */
export function WritingSection() {
  const { settings } = useTexts();
  const sendKey = usePreferences((preferences) => preferences.sendKey);
  return (
    <SettingsSection title={settings.writing}>
      <SettingRow label={settings.sendKey} hint={settings.sendKeyHint[sendKey]}>
        <SegmentedChoice
          legend={settings.sendKey}
          value={sendKey}
          options={sendKeys.map((value) => ({ value, label: settings.sendKeys[value] }))}
          onChoose={(value) => setPreferences({ sendKey: value })}
        />
      </SettingRow>
    </SettingsSection>
  );
}

import { useSettingsTexts } from '../../lib/i18n/use-settings-texts.ts';
import { setPreferences, usePreferences } from '../../lib/preferences.ts';
import { SegmentedChoice } from '../../ui/segmented-choice.tsx';
import { SettingRow } from '../../ui/setting-row.tsx';
import { SettingsSection } from '../../ui/settings-section.tsx';

const announcements = ['end', 'sentences', 'status', 'off'] as const;

/** What a screen reader is told while an answer is written. */
export function ReadingSection() {
  const { reading } = useSettingsTexts();
  const chosen = usePreferences((preferences) => preferences.announcements);
  return (
    <SettingsSection title={reading.title}>
      <SettingRow label={reading.announcements} hint={reading.hints[chosen]}>
        <SegmentedChoice
          legend={reading.announcements}
          value={chosen}
          options={announcements.map((value) => ({ value, label: reading.choices[value] }))}
          onChoose={(value) => setPreferences({ announcements: value })}
        />
      </SettingRow>
    </SettingsSection>
  );
}

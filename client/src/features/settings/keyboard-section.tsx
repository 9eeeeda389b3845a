import type { ReactNode } from 'react';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { setPreferences, usePreferences } from '../../lib/preferences.ts';
import { Button } from '../../ui/button.tsx';
import { SettingRow } from '../../ui/setting-row.tsx';
import { SettingsSection } from '../../ui/settings-section.tsx';
import { Switch } from '../../ui/switch.tsx';

export interface KeyboardSectionProps {
  readonly onShowShortcuts: () => void;
  /** More about keys. */
  readonly children: ReactNode;
}

/** Whether single keys act, and the way to the list of all shortcuts. */
export function KeyboardSection({ onShowShortcuts, children }: KeyboardSectionProps) {
  const { settings, shortcuts } = useTexts();
  const singleKeys = usePreferences((preferences) => preferences.singleKeys);
  return (
    <SettingsSection title={settings.keyboard}>
      <SettingRow label={settings.singleKeys} hint={settings.singleKeysHint}>
        <Switch
          label={settings.singleKeys}
          checked={singleKeys}
          onChange={(checked) => setPreferences({ singleKeys: checked })}
        />
      </SettingRow>
      <SettingRow label={shortcuts.title}>
        <Button onClick={onShowShortcuts}>{settings.showShortcuts}</Button>
      </SettingRow>
      {children}
    </SettingsSection>
  );
}

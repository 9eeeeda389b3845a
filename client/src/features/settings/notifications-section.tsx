import { useState } from 'react';
import { useSettingsTexts } from '../../lib/i18n/use-settings-texts.ts';
import { setPreferences, usePreferences } from '../../lib/preferences.ts';
import { SettingRow } from '../../ui/setting-row.tsx';
import { SettingsSection } from '../../ui/settings-section.tsx';
import { Switch } from '../../ui/switch.tsx';

/** Whether the desktop tells of an answer that is ready while nobody looks; asks the browser for leave. */
export function NotificationsSection() {
  const { notifications } = useSettingsTexts();
  const notify = usePreferences((preferences) => preferences.notify);
  const [permission, setPermission] = useState(() => ('Notification' in window ? Notification.permission : undefined));
  if (permission === undefined) return null;

  const change = async (wanted: boolean) => {
    if (!wanted) return setPreferences({ notify: false });
    const granted = await Notification.requestPermission();
    setPermission(granted);
    setPreferences({ notify: granted === 'granted' });
  };
  return (
    <SettingsSection title={notifications.title}>
      <SettingRow
        label={notifications.answers}
        hint={permission === 'denied' ? notifications.denied : notifications.hint}
      >
        {permission === 'denied' ? null : (
          <Switch
            label={notifications.answers}
            checked={notify && permission === 'granted'}
            onChange={(wanted) => void change(wanted)}
          />
        )}
      </SettingRow>
    </SettingsSection>
  );
}

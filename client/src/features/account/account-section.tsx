import { useQuery } from '@tanstack/react-query';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { meQuery } from '../../lib/query/queries.ts';
import { SettingRow } from '../../ui/setting-row.tsx';
import { SettingsSection } from '../../ui/settings-section.tsx';
import { currentLocale } from '../../lib/i18n/language-store.ts';

/** What the install knows about the person who is signed in. */
export function AccountSection() {
  const { settings } = useTexts();
  const user = useQuery(meQuery).data;
  if (!user) return null;
  const since = new Date(user.createdAt).toLocaleDateString(currentLocale(), { dateStyle: 'long' });
  return (
    <SettingsSection title={settings.account}>
      <SettingRow label={settings.name}>{user.name}</SettingRow>
      <SettingRow label={settings.email}>{user.email}</SettingRow>
      <SettingRow label={settings.role}>{settings.roles[user.role]}</SettingRow>
      <SettingRow label={settings.memberSince}>{since}</SettingRow>
    </SettingsSection>
  );
}

import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { AccountSection } from '../../features/account/account-section.tsx';
import { RemovalSection } from '../../features/account/removal-section.tsx';
import { KeysSection } from '../../features/api-keys/keys-section.tsx';
import { DataSection } from '../../features/transfers/data-section.tsx';
import { DevicesSection } from '../../features/devices/devices-section.tsx';
import { CodeStatusSection } from '../../features/files/code-status-section.tsx';
import { AppearanceSection } from '../../features/settings/appearance-section.tsx';
import { KeyboardSection } from '../../features/settings/keyboard-section.tsx';
import { LanguageSection } from '../../features/settings/language-section.tsx';
import { NewChatsSection } from '../../features/settings/new-chats-section.tsx';
import { NotificationsSection } from '../../features/settings/notifications-section.tsx';
import { ReadingSection } from '../../features/settings/reading-section.tsx';
import { ShortcutKeys } from '../../features/settings/shortcut-keys.tsx';
import { WritingSection } from '../../features/settings/writing-section.tsx';
import { SharesSection } from '../../features/shares/shares-section.tsx';
import { ToolGrantsSection } from '../../features/tools/tool-grants-section.tsx';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { configQuery } from '../../lib/query/queries.ts';
import { usePageTitle } from '../../lib/use-page-title.ts';
import { ContentPage } from '../content-page.tsx';
import { useShortcutList } from '../shortcut-list.ts';

/** How the interface looks and behaves for this person, and who they are. */
export function SettingsPage() {
  const { settings } = useTexts();
  const navigate = useNavigate();
  const showShortcuts = useShortcutList((list) => list.open);
  const config = useQuery(configQuery).data;
  usePageTitle(settings.title);
  // Not back to this page: the next person may be somebody else.
  const leave = () => navigate({ to: '/sign-in', search: {} });
  return (
    <ContentPage title={settings.title}>
      <div className="flex flex-col gap-10">
        <LanguageSection />
        <AppearanceSection />
        <WritingSection />
        <NewChatsSection />
        <ReadingSection />
        <NotificationsSection />
        <KeyboardSection onShowShortcuts={showShortcuts}>
          <ShortcutKeys />
        </KeyboardSection>
        <SharesSection />
        <ToolGrantsSection />
        <CodeStatusSection />
        <AccountSection />
        <DevicesSection />
        <KeysSection />
        <DataSection />
        <RemovalSection onAccountRemoved={() => void leave()} />
        <p className="text-xs text-text-muted">
          {settings.storedHere}
          {config ? ` ${settings.version(config.appTitle, config.version)}` : null}
        </p>
      </div>
    </ContentPage>
  );
}

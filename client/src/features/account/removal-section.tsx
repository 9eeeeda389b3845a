import { useState } from 'react';
import { useAccountDataTexts } from '../../lib/i18n/use-account-data-texts.ts';
import { Button } from '../../ui/button.tsx';
import { SettingRow } from '../../ui/setting-row.tsx';
import { SettingsSection } from '../../ui/settings-section.tsx';
import { RemoveAccountDialog } from './remove-account-dialog.tsx';
import { RemoveChatsDialog } from './remove-chats-dialog.tsx';

export interface RemovalSectionProps {
  /** The account is gone; nobody is signed in any more. */
  readonly onAccountRemoved: () => void;
}

/** The end of all chats, and of the account. Each is asked about once more. */
export function RemovalSection({ onAccountRemoved }: RemovalSectionProps) {
  const { removal } = useAccountDataTexts();
  const [asking, setAsking] = useState<'chats' | 'account'>();
  const close = () => setAsking(undefined);
  return (
    <>
      <SettingsSection title={removal.title}>
        <SettingRow label={removal.chats} hint={removal.chatsHint}>
          <Button onClick={() => setAsking('chats')}>{removal.chatsAction}</Button>
        </SettingRow>
        <SettingRow label={removal.account} hint={removal.accountHint}>
          <Button onClick={() => setAsking('account')}>{removal.accountAction}</Button>
        </SettingRow>
      </SettingsSection>
      <RemoveChatsDialog open={asking === 'chats'} onClose={close} />
      <RemoveAccountDialog open={asking === 'account'} onClose={close} onRemoved={onAccountRemoved} />
    </>
  );
}

import type { Device, SessionId } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { devicesQuery } from '../../lib/query/queries.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { SettingQueryState } from '../../ui/setting-query-state.tsx';
import { SettingRow } from '../../ui/setting-row.tsx';
import { SettingsSection } from '../../ui/settings-section.tsx';
import { DeviceRow } from './device-row.tsx';
import { useDeviceNews } from './use-device-news.ts';
import { useSignOutDevices } from './use-sign-out-devices.ts';

/** Where somebody is signed in, and the way to sign out there. */
export function DevicesSection() {
  const { devices: texts } = useTexts();
  const { data, dataUpdatedAt, isError, refetch } = useQuery({ ...devicesQuery, staleTime: 0 });
  const [asked, setAsked] = useState<Device | 'others'>();
  const { signOut, busy } = useSignOutDevices();
  useDeviceNews();
  if (!data) {
    return (
      <SettingsSection title={texts.title}>
        <SettingQueryState isError={isError} failed={texts.failed} onRetry={() => void refetch()} />
      </SettingsSection>
    );
  }
  const confirm = async () => {
    if (asked !== undefined && (await signOut(asked))) setAsked(undefined);
  };
  const items = withOwnFirst(data.items, data.currentId);
  return (
    <>
      <SettingsSection title={texts.title}>
        <ul className="divide-y divide-border">
          {items.map((device) => (
            <DeviceRow
              key={device.id}
              device={device}
              isOwn={device.id === data.currentId}
              now={new Date(dataUpdatedAt)}
              onSignOut={() => setAsked(device)}
            />
          ))}
        </ul>
        {items.length > 1 ? (
          <SettingRow label={texts.others} hint={texts.othersHint}>
            <Button variant="danger" onClick={() => setAsked('others')}>
              {texts.signOutOthers}
            </Button>
          </SettingRow>
        ) : null}
      </SettingsSection>
      <ConfirmDialog
        open={asked !== undefined}
        title={asked === undefined || asked === 'others' ? texts.confirmOthers : texts.confirm(asked.name)}
        text={asked === 'others' ? texts.confirmOthersText : texts.confirmText}
        action={asked === 'others' ? texts.signOutOthers : texts.signOut}
        busy={busy}
        onConfirm={() => void confirm()}
        onClose={() => setAsked(undefined)}
      />
    </>
  );
}

function withOwnFirst(devices: readonly Device[], own: SessionId): Device[] {
  return [...devices.filter(({ id }) => id === own), ...devices.filter(({ id }) => id !== own)];
}

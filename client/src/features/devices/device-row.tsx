import type { Device } from '@parley/contracts';
import { Laptop, Smartphone } from 'lucide-react';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Button } from '../../ui/button.tsx';
import { timeAgo } from '../../lib/time-ago.ts';
import { currentLocale } from '../../lib/i18n/language-store.ts';

export interface DeviceRowProps {
  readonly device: Device;
  readonly isOwn: boolean;
  readonly now: Date;
  readonly onSignOut: () => void;
}

/** One device: what it is, whether it is there right now, and the way to sign it out. */
export function DeviceRow({ device, isOwn, now, onSignOut }: DeviceRowProps) {
  const { devices: texts } = useTexts();
  const Icon = /phone|android|ipad/i.test(device.name) ? Smartphone : Laptop;
  const signedIn = new Date(device.signedInAt).toLocaleDateString(currentLocale(), { dateStyle: 'long' });
  const seen = device.online || isOwn ? texts.online : texts.lastSeen(timeAgo(device.lastSeenAt, now));
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
      <Icon aria-hidden className="size-5 shrink-0 text-text-muted" />
      <div className="min-w-0 flex-1 basis-40">
        <div className="flex flex-wrap items-center gap-x-2">
          <span className="font-medium wrap-anywhere">{device.name}</span>
          {isOwn ? (
            <span className="rounded-full border border-border px-2 py-0.5 text-xs text-text-muted">{texts.own}</span>
          ) : null}
        </div>
        <div className="text-xs text-text-muted">
          <span className={device.online || isOwn ? 'text-success' : undefined}>{seen}</span>
          {' · '}
          {texts.signedIn(signedIn)}
        </div>
      </div>
      {isOwn ? null : (
        <Button size="small" aria-label={texts.signOutOf(device.name)} onClick={onSignOut}>
          {texts.signOut}
        </Button>
      )}
    </li>
  );
}

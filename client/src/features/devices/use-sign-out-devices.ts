import { deviceRoutes, ProblemError } from '@parley/contracts';
import type { Device } from '@parley/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { devicesQuery } from '../../lib/query/queries.ts';
import { showToast } from '../../ui/toast-store.ts';

export interface SignOutDevices {
  /** Signs one device out, or all but this one. Resolves to whether it is done; a failure is said in a toast. */
  readonly signOut: (device: Device | 'others') => Promise<boolean>;
  readonly busy: boolean;
}

export function useSignOutDevices(): SignOutDevices {
  const texts = useTexts();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);

  const signOut = async (device: Device | 'others') => {
    setBusy(true);
    try {
      await (device === 'others'
        ? call(deviceRoutes.signOutOthers, {})
        : call(deviceRoutes.signOut, { params: { id: device.id } }));
      showToast({ text: device === 'others' ? texts.devices.othersDone : texts.devices.done(device.name) });
      return true;
    } catch (error) {
      // Somebody was faster.
      if (error instanceof ProblemError && error.code === 'session-not-found') return true;
      showToast({ tone: 'danger', text: `${texts.devices.signOutFailed} ${explainError(error, texts)}` });
      return false;
    } finally {
      setBusy(false);
      void client.invalidateQueries({ queryKey: devicesQuery.queryKey });
    }
  };
  return { signOut, busy };
}

import type { GenerationId } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { MonitorSmartphone } from 'lucide-react';
import { memo } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { devicesQuery, generationQuery } from '../../../lib/query/queries.ts';
import { useOrigin } from '../live/use-live.ts';

/** Which other device an answer was asked for on, while it is being written; nothing for this device's own. */
export const RunHint = memo(function RunHint({ id }: { readonly id: GenerationId }) {
  const { turn } = useTexts().chat;
  const name = useOtherDevice(id);
  if (name === undefined) return null;
  return (
    <span className="ms-1.5 inline-flex min-w-0 items-center gap-1.5 text-xs text-text-muted">
      <MonitorSmartphone aria-hidden className="size-3.5 shrink-0" />
      <span className="truncate">{turn.runningOn(name)}</span>
    </span>
  );
});

function useOtherDevice(id: GenerationId): string | undefined {
  const origin = useOrigin(id);
  const startedOn = useQuery(generationQuery(id)).data?.startedOn ?? null;
  const name = origin?.name ?? startedOn;
  const devices = useQuery({ ...devicesQuery, enabled: name !== null, staleTime: Infinity }).data;
  if (name === null || !devices) return undefined;
  const own = devices.items.find((device) => device.id === devices.currentId);
  // A device's name is all that is known of an answer that began before this page was loaded.
  const isOwn = origin ? origin.id === devices.currentId : name === own?.name;
  return isOwn ? undefined : name;
}

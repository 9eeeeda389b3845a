import { useQueryClient } from '@tanstack/react-query';
import { devicesQuery } from '../../lib/query/queries.ts';
import { useNews } from '../../lib/socket/use-news.ts';

/** Keeps the list of devices in step with who comes and goes, while it is shown. */
export function useDeviceNews(): void {
  const client = useQueryClient();
  useNews((item) => {
    // A device that opens or leaves a conversation is there all the same.
    if (item.type === 'device-joined' && item.conversationId === null) {
      const { device } = item;
      client.setQueryData(
        devicesQuery.queryKey,
        (held) => held && { ...held, items: [device, ...held.items.filter(({ id }) => id !== device.id)] },
      );
    }
    if (item.type === 'device-left' && item.conversationId === null) {
      // Gone for now or signed out: the list knows.
      void client.invalidateQueries({ queryKey: devicesQuery.queryKey });
    }
  });
}

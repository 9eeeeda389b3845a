import type { Client, McpSubscription } from '@modelcontextprotocol/client';
import type { ListName } from './connection.ts';

const firstDelayMs = 1000;
const longestDelayMs = 60_000;

/**
 * Hears when a server's lists change: by notifications, which servers of the 2026 era send only to who listens. A
 * stream that breaks is opened again, ever less often; meanwhile every list counts as changed.
 */
export function followLists(
  client: Client,
  onChanged: (lists: readonly ListName[]) => void,
): { start(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  client.setNotificationHandler('notifications/tools/list_changed', () => onChanged(['tools']));
  client.setNotificationHandler('notifications/prompts/list_changed', () => onChanged(['prompts']));
  client.setNotificationHandler('notifications/resources/list_changed', () => onChanged(['resources', 'templates']));

  async function listen(delayMs: number): Promise<void> {
    const offered = client.getServerCapabilities();
    const filter = {
      ...(offered?.tools?.listChanged === true && { toolsListChanged: true }),
      ...(offered?.prompts?.listChanged === true && { promptsListChanged: true }),
      ...(offered?.resources?.listChanged === true && { resourcesListChanged: true }),
    };
    if (client.getProtocolEra() !== 'modern' || Object.keys(filter).length === 0) return;
    const startedAt = performance.now();
    const ended = await subscribe(client, filter);
    if (isStopped || ended === 'local') return;
    if (ended !== 'refused') onChanged(['tools', 'prompts', 'resources', 'templates']);
    const wasLong = performance.now() - startedAt > longestDelayMs;
    const next = wasLong ? firstDelayMs : Math.min(delayMs * 2, longestDelayMs);
    timer = setTimeout(() => void listen(next), next);
    timer.unref();
  }

  return {
    start: () => void listen(firstDelayMs),
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

async function subscribe(
  client: Client,
  filter: Parameters<Client['listen']>[0],
): Promise<Awaited<McpSubscription['closed']> | 'refused'> {
  let subscription: McpSubscription;
  try {
    subscription = await client.listen(filter);
  } catch {
    return 'refused';
  }
  return await subscription.closed;
}

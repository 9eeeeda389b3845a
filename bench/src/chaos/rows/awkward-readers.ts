import { setTimeout as delay } from 'node:timers/promises';
import { createOwnConnect } from '../../turns/connect-own.ts';
import { connectStock } from '../../turns/connect-stock.ts';
import { openLog } from '../../turns/open-log.ts';
import { startBufferingProxy } from '../../world/buffering-proxy.ts';
import { newScript } from '../../world/provider-script.ts';
import { inWorld } from '../in-world.ts';
import { createTally } from '../row.ts';
import type { PerForm, Row } from '../row.ts';
import { beginWatched, clientSilence, connectOwn } from '../watched-turn.ts';

const frozenMs: PerForm = { short: 8_000, medium: 30_000, full: 600_000 };
const offlineMs: PerForm = { short: 6_000, medium: 20_000, full: 60_000 };
const silenceMs: PerForm = { short: 3_000, medium: 10_000, full: clientSilence };
const bufferBytes = 8 * 1_024;
/** One answer ends while its reader is away, the other one after it has come back. */
const brief = { tokens: 300, paceMs: 10 };
const fault = 'proxy that buffers 8 KB; frozen tab; offline reader; one that never reads';

export const awkwardReaders: Row = {
  id: 'awkward-readers',
  fault,
  async run(form) {
    return await inWorld({ replicas: 1, store: 'sqlite', gateway: 'embedded' }, async ({ addresses }, token) => {
      const tally = createTally(fault);
      const proxy = await startBufferingProxy(addresses[0] ?? '', bufferBytes);
      const patienceMs = frozenMs[form] + 90_000;
      const lasting = { tokens: 60, paceMs: (Math.max(offlineMs[form], silenceMs[form]) * 1.5) / 60 };
      try {
        const begin = async (script: typeof brief, frozen: number) => {
          const seats = [
            { connect: createOwnConnect({ silenceMs: clientSilence * 2, frozenMs: frozen }), live: 'sse' },
            { connect: connectOwn, live: 'sse' },
            { connect: connectStock, live: 'sse' },
          ] as const;
          const watched = await beginWatched({ script: newScript(script), token, addresses, seats, patienceMs });
          await delay(500);
          for (const reader of watched.readers.slice(1)) reader.drop(offlineMs[form]);
          return watched;
        };
        const behindProxy = async () => {
          const seats = [
            { connect: createOwnConnect({ silenceMs: silenceMs[form] }), live: 'sse' },
            { connect: connectStock, live: 'long-poll' },
          ] as const;
          return await beginWatched({ script: newScript(lasting), token, addresses: [proxy.url], seats, patienceMs });
        };
        const all = await Promise.all([begin(brief, frozenMs[form]), begin(lasting, frozenMs[form]), behindProxy()]);
        // One more asks for a log and never takes a byte of it: that is nobody else's concern.
        const leave = new AbortController();
        for (const { turn } of all) {
          const url = new URL(turn.started.streamUrl, addresses[0]).href;
          const asked = {
            url,
            token,
            offset: '-1',
            live: 'sse',
            signal: leave.signal,
            onBatch: () => undefined,
          } as const;
          (await openLog(asked)).pause().on('error', () => undefined);
        }
        for (const verdict of await Promise.all(all.map(({ judge }) => judge()))) tally.add(verdict);
        leave.abort();
      } finally {
        await proxy.close();
      }
      tally.note(`frozen ${frozenMs[form] / 1_000} s, offline ${offlineMs[form] / 1_000} s`);
      return tally.result(1);
    });
  },
};

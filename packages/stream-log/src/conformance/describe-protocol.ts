import { runConformanceTests } from '@durable-streams/server-conformance-tests';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeServing } from './describe-serving.ts';
import { type OpenedStore, serveStreams, type StreamServer } from './serve-streams.ts';

/** The public suite of the Durable Streams protocol, and what it leaves out, over HTTP on a store of one's own. */
export function describeProtocol(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name} over HTTP`, () => {
    const target = { baseUrl: '', longPollTimeoutMs: 500 };
    let opened: OpenedStore;
    let server: StreamServer;
    beforeAll(async () => {
      opened = await open();
      server = await serveStreams(opened.store);
      target.baseUrl = server.baseUrl;
    });
    afterAll(async () => {
      await server.close();
      await opened.dispose();
    });

    runConformanceTests(target);
    describeServing(() => ({ store: opened.store, server }));
  });
}

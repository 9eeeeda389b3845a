import type { ToolResultId } from '@parley/contracts';
import { openTestStore } from '../../database/__fixtures__/open-test-store.ts';
import { connectDatabase } from '../../database/connect.ts';
import { createToolResultRepository } from '../../database/repositories/tool-result-repository.ts';
import { startTestApp } from '../../test-app.ts';
import type { TestApp } from '../../test-app.ts';
import type { TestUser } from '../../test-client.ts';
import { createToolResults } from '../tool-results.ts';
import type { ToolResultStore } from '../tool-results.ts';
import type { ToolAttachment } from '../tool.ts';
import { callerOf } from './tools.ts';

interface KeptResult {
  readonly app: TestApp;
  readonly user: TestUser;
  /** Of a text that was too long. */
  readonly id: ToolResultId;
  keep(attachment: ToolAttachment): Promise<ToolResultId | undefined>;
  close(): Promise<void>;
}

/** A Parley with something in it that a tool gave somebody. */
export async function keepResult(output = 'x'.repeat(60_000)): Promise<KeptResult> {
  const store = await openTestStore();
  const app = await startTestApp({ mongoUri: store.uri, gateway: false });
  const user = await app.register();
  const database = await connectDatabase(store.uri);
  const repository = createToolResultRepository(database.connection);
  const results: ToolResultStore = createToolResults({ results: repository, now: Date.now });
  const caller = callerOf({ userId: user.user.id });
  const { stored } = await results.keep(caller, 'call', { output, failed: false });
  if (stored === undefined) throw new Error('The text was too short to be kept');
  let kept = 0;
  return {
    app,
    user,
    id: stored.id,
    async keep(attachment) {
      kept += 1;
      const result = { output: '', failed: false, attachments: [attachment] };
      return (await results.keep(caller, `call ${kept}`, result)).attachments?.[0]?.id;
    },
    async close() {
      await database.close();
      await app.close();
      await store.close();
    },
  };
}

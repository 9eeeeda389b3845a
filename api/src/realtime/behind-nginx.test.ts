import { codeApiRoutes, codeRoutes } from '@parley/contracts';
import { isRedisTested } from '@parley/stream-log/conformance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uploadFiles } from '../files/__fixtures__/file-client.ts';
import { newGenerationId, ask, read, savedAnswer, start, textSoFar } from '../generations/__fixtures__/chat-client.ts';
import { startReplicas } from '../generations/__fixtures__/replicas.ts';
import type { ReplicaProcess, Replicas } from '../generations/__fixtures__/replicas.ts';
import { promptFor, words } from '../generations/__fixtures__/scripted-upstream.ts';
import { createTestClient } from '../test-client.ts';
import type { TestClient } from '../test-client.ts';
import { isNginxTested, startNginx } from './__fixtures__/start-nginx.ts';
import type { TestNginx } from './__fixtures__/start-nginx.ts';
import { openTab } from './__fixtures__/tab.ts';

describe.skipIf(!isNginxTested() || !isRedisTested())('two replicas behind the nginx of deploy/', () => {
  let replicas: Replicas;
  let first: ReplicaProcess;
  let second: ReplicaProcess;
  let nginx: TestNginx;
  let site: TestClient & { url: string };

  beforeAll(async () => {
    replicas = await startReplicas();
    [first, second] = await Promise.all([replicas.spawn(), replicas.spawn()]);
    nginx = await startNginx([first.url, second.url]);
    site = { ...createTestClient(() => nginx.url), url: nginx.url };
  });

  afterAll(async () => {
    await nginx.stop();
    await replicas.close();
  });

  it('pass an answer on token by token', async () => {
    const user = await site.register();
    const text = promptFor({ tokens: 20, holdAfter: 5 });
    const { generationId } = await start(site, user, { text });
    // Its end is not written before this much has arrived.
    await read(site, user, generationId, { until: (events) => textSoFar(events).startsWith(words(5)) });
    replicas.upstream.release(text);
    expect(textSoFar((await read(site, user, generationId)).events)).toBe(words(20));
  });

  it.each(['websocket', 'polling'] as const)('carry the news by %s', async (transport) => {
    const user = await site.register();
    const tabs = await Promise.all(
      Array.from({ length: 4 }, async () => await openTab(site.url, user.accessToken, { transports: [transport] })),
    );
    const { generationId } = await start(site, user, { text: promptFor({ tokens: 2 }) });
    for (const { news, socket } of tabs) {
      await expect.poll(() => news).toContainEqual(expect.objectContaining({ type: 'generation-ended', generationId }));
      socket.disconnect();
    }
  });

  it('take files as large as they may be, and give them back', async () => {
    const user = await site.register();
    const content = Buffer.alloc(25 * 1024 * 1024, 'x');
    const [file] = await uploadFiles(site, user, { 'large.txt': content });
    const response = await site.send(codeRoutes.readFile, { params: { id: file!.id } }, user);
    expect((await response.bytes()).length).toBe(content.length);

    const form = new FormData();
    form.append('file', new File([content], 'large.txt'));
    const headers = { Authorization: `Bearer ${user.accessToken}` };
    const sent = await fetch(site.url + codeApiRoutes.upload.path, { method: 'POST', headers, body: form });
    expect(sent.status).toBe(200);
  }, 30_000);

  it('lose nothing when one of them is stopped under live answers', async () => {
    const user = await site.register();
    const tab = await openTab(site.url, user.accessToken);
    const prompts = Array.from({ length: 6 }, () => promptFor({ tokens: 30, holdAfter: 10 }));
    const begun = await Promise.all(prompts.map(async (text) => await start(site, user, { text })));
    const stopped = first.process.kill('SIGTERM');
    // Asked all the while it goes, each prompt twice with one id.
    const late = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const question = { text: promptFor({ tokens: 3 }), generationId: newGenerationId() };
        return [(await ask(site, user, question)).status, (await ask(site, user, question)).status];
      }),
    );
    expect(late).toEqual(late.map(() => [202, 202]));
    await stopped;
    for (const text of prompts) replicas.upstream.release(text);
    for (const started of begun) {
      await expect.poll(async () => (await savedAnswer(site, user, started)).status, { timeout: 20_000 }).toBe('done');
      const { parts } = await savedAnswer(site, user, started);
      expect(parts.map((part) => (part.type === 'text' ? part.text : '')).join('')).toBe(words(30));
    }
    await expect.poll(() => tab.socket.connected).toBe(true);
    tab.socket.disconnect();
  });
});

import { generationRoutes } from '@parley/contracts';
import { pino } from 'pino';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { problemOf, read, savedAnswer, start } from './__fixtures__/chat-client.ts';
import { startScriptedChat } from './__fixtures__/scripted-chat.ts';
import { promptFor } from './__fixtures__/scripted-upstream.ts';
import { openGenerationLog } from './generation-log.ts';
import { createGenerationUpkeep } from './generation-upkeep.ts';

const logger = pino({ level: 'silent' });
const day = 24 * 3_600_000;

const { app, upstream, close } = await startScriptedChat();
const user = await app.register();
afterAll(close);

const nothing = (): Promise<void> => Promise.resolve();

/** What the upkeep of an api that starts so many milliseconds from now does to the logs of this one. */
async function startLater(milliseconds: number): Promise<void> {
  const log = openGenerationLog(app.config.dataDir);
  const resumeAll = vi.fn<() => Promise<void>>(() => Promise.resolve());
  const runs = { resumeAll, resumeAbandoned: () => Promise.resolve() };
  const finishRemovals = vi.fn<() => Promise<void>>(() => Promise.resolve());
  const upkeep = createGenerationUpkeep({
    runs,
    finishRemovals,
    removeExpiredChats: nothing,
    finishParts: nothing,
    log,
    isSoleProducer: true,
    logger,
    now: () => Date.now() + milliseconds,
  });
  await upkeep.start();
  expect(finishRemovals).toHaveBeenCalledBefore(resumeAll);
  expect(resumeAll).toHaveBeenCalledOnce();
  upkeep.stop();
  await log.shutdown();
}

describe('upkeep', () => {
  it('keeps the log of an answer for a day, and then says that it has expired', async () => {
    const started = await start(app, user, { text: 'Hi' });
    await read(app, user, started.generationId);
    await expect.poll(async () => (await savedAnswer(app, user, started)).status).toBe('done');
    const stream = () => app.send(generationRoutes.stream, { params: { id: started.generationId } }, user);

    await startLater(day - 60_000);
    expect((await stream()).status).toBe(200);

    await startLater(day + 60_000);
    const response = await stream();
    expect(response.status).toBe(410);
    expect((await problemOf(response)).code).toBe('log-expired');
    expect((await savedAnswer(app, user, started)).parts).toHaveLength(1);
  });

  it('looks for expired chats and for people who leave every minute, also after it could not finish some', async () => {
    vi.useFakeTimers();
    const finishParts = vi.fn<() => Promise<void>>().mockResolvedValueOnce().mockRejectedValueOnce(new Error('no'));
    finishParts.mockResolvedValue();
    const removeExpiredChats = vi.fn<() => Promise<void>>().mockRejectedValueOnce(new Error('no')).mockResolvedValue();
    const log = { removeClosedBefore: () => Promise.resolve(0) };
    const upkeep = createGenerationUpkeep({
      runs: { resumeAll: nothing, resumeAbandoned: nothing },
      finishRemovals: nothing,
      removeExpiredChats,
      finishParts,
      log,
      isSoleProducer: true,
      logger,
      now: Date.now,
    });
    await upkeep.start();
    await vi.advanceTimersByTimeAsync(200_000);
    upkeep.stop();
    await vi.advanceTimersByTimeAsync(200_000);
    vi.useRealTimers();
    expect(removeExpiredChats).toHaveBeenCalledTimes(3);
    expect(finishParts).toHaveBeenCalledTimes(4);
  });

  it('leaves the log of a running answer alone, however old', async () => {
    const text = promptFor({ tokens: 3, holdAfter: 1 });
    const { generationId } = await start(app, user, { text });
    await startLater(30 * day);
    upstream.release(text);
    expect((await read(app, user, generationId)).isClosed).toBe(true);
  });
});

import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { claimRecording } from './claim-recording.ts';
import type { Claim } from './claim-recording.ts';
import { createMemoryRecordingLog } from './memory-recording-log.ts';
import { findRecording } from './read-recording.ts';
import type { RecordingLog } from './recording-log.ts';

const id = 'recordings/00ff';
const options = { id, owner: 'one', body: 'hash' };

function pause(): Promise<void> {
  return delay(Math.random() * 5);
}

/** A log that takes a while, in another order each time. */
function slowed(log: RecordingLog): RecordingLog {
  return {
    ...log,
    open: async (...given) => pause().then(() => log.open(...given)),
    append: async (...given) => pause().then(() => log.append(...given)),
    read: async (...given) => pause().then(() => log.read(...given)),
  };
}

function won(claims: readonly (Claim | undefined)[]): Claim[] {
  return claims.filter((claim) => claim !== undefined);
}

test('of those who make a log at once, one begins', async () => {
  for (let round = 0; round < 30; round += 1) {
    const log = slowed(createMemoryRecordingLog());
    const claims = await Promise.all(
      Array.from({ length: 6 }, () => claimRecording({ ...options, log, found: undefined })),
    );
    expect(won(claims)).toHaveLength(1);
    expect(await findRecording(log, id)).toMatchObject({ start: { attempt: won(claims)[0]?.attempt } });
  }
});

test('of those who take over at once, one begins, and the one before is shut out', async () => {
  for (let round = 0; round < 30; round += 1) {
    const log = slowed(createMemoryRecordingLog());
    const first = await claimRecording({ ...options, log, found: undefined });
    const found = await findRecording(log, id);
    const claims = await Promise.all(Array.from({ length: 6 }, () => claimRecording({ ...options, log, found })));
    expect(won(claims)).toHaveLength(1);
    expect(await findRecording(log, id)).toMatchObject({ start: { attempt: won(claims)[0]?.attempt } });
    await expect(log.append(id, first?.producer ?? { id: '', epoch: 0 }, 1, [])).rejects.toMatchObject({
      code: 'fenced',
    });
  }
});

test('one who wrote to an earlier log of that name does not get into the new one', async () => {
  const log = createMemoryRecordingLog();
  const before = await claimRecording({ ...options, log, found: undefined });
  await log.remove(id);
  await claimRecording({ ...options, log, found: undefined });
  await expect(log.append(id, before?.producer ?? { id: '', epoch: 0 }, 1, [])).rejects.toMatchObject({
    code: expect.stringMatching(/fenced|sequence-gap/),
  });
});

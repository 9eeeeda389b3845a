import { afterAll, describe, expect, test } from 'vitest';
import { imageTag } from '../images/image-tags.ts';
import { openRealEngine, whyNoRealEngine } from '../testing/real-engine.ts';
import { boxLabels, labelsFor } from './box-labels.ts';

const why = await whyNoRealEngine('python');
const real = openRealEngine();
const { engine, docker } = real;

afterAll(async () => {
  await engine.close();
});

const plant = async (changes: Record<string, string>, isRunning: boolean): Promise<string> => {
  const labels = { ...labelsFor({ instance: real.instance, runner: 'dead' }, Date.now() - 60_000, 3_600), ...changes };
  const container = await docker.createContainer({
    Image: imageTag('python'),
    Entrypoint: ['sleep', '60'],
    Cmd: [],
    Labels: labels,
    HostConfig: { NetworkMode: 'none' },
  });
  if (isRunning) await container.start();
  return container.id;
};

describe.skipIf(why !== undefined)('reaping', () => {
  test('removes what a killed process made and did not start, and what is over its time', async () => {
    const unstarted = await plant({}, false);
    const overdue = await plant({ [boxLabels.until]: String(Date.now() - 1) }, true);
    const living = await plant({}, true);
    const foreign = await plant({ [boxLabels.instance]: 'other', [boxLabels.created]: String(Date.now()) }, false);
    const box = await engine.open({ image: 'python', memoryBytes: 64 * 1024 * 1024 }, new AbortController().signal);
    expect(await engine.reap()).toBe(2);
    const all = (await docker.listContainers({ all: true })).map(({ Id }) => Id);
    expect(all).not.toContain(unstarted);
    expect(all).not.toContain(overdue);
    expect(all).toEqual(expect.arrayContaining([living, foreign, box.id]));
    await Promise.all([living, foreign].map(async (id) => await docker.getContainer(id).remove({ force: true })));
    await box.close();
  });
});

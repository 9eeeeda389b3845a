import type Docker from 'dockerode';
import { describe, expect, test } from 'vitest';
import { imageTag } from '../images/image-tags.ts';
import { openRealEngine, whyNoRealEngine } from '../testing/real-engine.ts';
import { createBoxContainer } from './box-container.ts';
import { labelsFor } from './box-labels.ts';
import { hostConfig } from './host-config.ts';
import { selfTest, testedBox } from './self-test.ts';

const why = await whyNoRealEngine('python');
const real = openRealEngine();
const never = new AbortController().signal;

describe.skipIf(why !== undefined)('the test of a box', () => {
  const failures = async (config: Docker.HostConfig) => {
    const labels = labelsFor({ instance: real.instance, runner: 'test' }, Date.now(), 60);
    const box = await createBoxContainer({
      docker: real.docker,
      image: imageTag('python'),
      hostConfig: config,
      labels,
      lifeSeconds: 60,
    });
    try {
      return await selfTest(box, false, never);
    } finally {
      await box.remove();
    }
  };
  const strict = hostConfig(testedBox, { ...real.limits, ...testedBox }, undefined);

  test('finds nothing in one as it should be', async () => {
    expect(await failures(strict)).toEqual([]);
  });

  test.each<[string, Docker.HostConfig]>([
    ['programs can get more rights', { SecurityOpt: strict.SecurityOpt.slice(1) }],
    ['system calls are not filtered', { SecurityOpt: ['no-new-privileges', 'seccomp=unconfined'] }],
    ['the system in the container is not read-only', { ReadonlyRootfs: false }],
    ['the limit of processes does not hold', { PidsLimit: 1_000 }],
  ])('finds that %s', async (failure, change) => {
    expect(await failures({ ...strict, ...change })).toContain(failure);
  });
});

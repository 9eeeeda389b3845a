import { afterAll, describe, expect, it } from 'vitest';
import { whyNoRealEngine } from '../testing/real-engine.ts';
import { openAttackSite } from './__fixtures__/attack-box.ts';

const missing = await whyNoRealEngine('python');

/** What containers of any engine without a kernel of their own can read. It is the price of a shared kernel: gVisor hides it. */
const readable = [
  '/proc/version',
  '/proc/cpuinfo',
  '/proc/meminfo',
  '/proc/stat',
  '/proc/loadavg',
  '/proc/uptime',
  '/proc/self/mountinfo',
  '/proc/sys/kernel/random/boot_id',
];

const hidden = [
  '/proc/cmdline',
  '/proc/diskstats',
  '/proc/partitions',
  '/proc/interrupts',
  '/proc/sched_debug',
  '/proc/slabinfo',
];

describe.skipIf(missing !== undefined)('what a program can read of its host', () => {
  const site = openAttackSite();
  afterAll(() => site.close());

  it('is how the kernel and its processors are doing, and not how it was started, what its disks do or where its files are', async () => {
    const attacker = await site.open();
    const answers = await attacker.ask('host-data.py');
    expect(readable.filter((path) => Number(answers[path]) > 0)).toEqual(readable);
    expect(hidden.filter((path) => Number(answers[path]) > 0)).toEqual([]);
    expect(answers).toMatchObject({
      'kernel addresses': false,
      'network of the host': ['lo'],
      'tells overlay folders of the host': false,
    });
    await attacker.expectUsable();
  });
});

import { expect, test } from 'vitest';
import { playFaults } from './testing/play-faults.ts';

test('random faults in mid-stream never become a success, doubled text or a leak, by any policy', async () => {
  const tally = await playFaults({ cases: 1500 });
  expect(tally).toMatchObject({
    truncatedAsSuccess: [],
    doubledText: [],
    silentEnds: [],
    wrongBeginnings: 0,
    leakedCalls: 0,
    leakedConnections: 0,
  });
  // Taking an answer up again has to be worth it.
  expect(tally.whole.lasting).toBeGreaterThan(tally.whole.plain);
  expect(tally.whole.fresh).toBeGreaterThan(tally.whole.plain);
}, 60_000);

import { playFaults } from './testing/play-faults.ts';

/** `node packages/gateway/src/failures/faults.bench.ts [cases] [first seed]`: ends with 1 when anything happened that must not. */
const [cases = '10000', firstSeed = '1'] = process.argv.slice(2);
const startedAt = performance.now();
const tally = await playFaults({ cases: Number(cases), firstSeed: Number(firstSeed) });
const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
process.stdout.write(`${JSON.stringify({ ...tally, seconds }, undefined, 2)}\n`);
const mustNot =
  tally.truncatedAsSuccess.length + tally.doubledText.length + tally.silentEnds.length + tally.wrongBeginnings;
process.exitCode = mustNot + tally.leakedCalls + tally.leakedConnections === 0 ? 0 : 1;

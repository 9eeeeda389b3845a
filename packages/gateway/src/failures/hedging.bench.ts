import { playHedging } from './testing/play-hedging.ts';

/** `node packages/gateway/src/failures/hedging.bench.ts [requests]`: ends with 1 when hedging does not keep its promise. */
const requests = Number(process.argv[2] ?? '4000');
const plain = await playHedging({ isHedged: false, requests });
const hedged = await playHedging({ isHedged: true, requests });
const p99Cut = 1 - hedged.p99Ms / plain.p99Ms;
process.stdout.write(`${JSON.stringify({ plain, hedged, p99Cut }, undefined, 2)}\n`);
process.exitCode = p99Cut >= 0.5 && hedged.extraShare <= 0.05 ? 0 : 1;

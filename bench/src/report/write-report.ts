import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import path from 'node:path';
import { installRoot } from '../world/install-root.ts';
import { say } from './print-table.ts';

/** What a figure must be read against: the machine, and how busy it was. */
export function surroundings() {
  const [minute = 0] = loadavg();
  return {
    at: new Date().toISOString(),
    node: process.version,
    processors: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    loadOfLastMinute: Math.round(minute * 100) / 100,
  };
}

/** Writes results as JSON to a file, `.cache/bench/<name>.json` unless told, and says where they are. */
export function writeReport(name: string, results: object, given?: string): void {
  const file = path.resolve(given ?? path.join(installRoot, '.cache', 'bench', `${name}.json`));
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  say(`Written to ${path.relative(installRoot, file)}`);
}

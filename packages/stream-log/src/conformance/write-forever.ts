import type { StreamLog } from '../stream-log.ts';
import { writer } from './stream-log-subject.ts';

/** Appends 0, 1, 2, … to a log and prints each once it was acknowledged, until the process is killed. */
export async function writeForever(log: StreamLog<number>, id: string): Promise<never> {
  await log.open(id, writer);
  for (let seq = 0; ; seq += 1) {
    await log.append(id, writer, seq, [seq]);
    // Waiting lets a full pipe drain, which a loop over a store that never waits would not.
    await print(`${seq}\n`);
  }
}

function print(line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(line, (error) => (error ? reject(error) : resolve()));
  });
}

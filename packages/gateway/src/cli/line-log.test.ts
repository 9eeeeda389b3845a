import { expect, test } from 'vitest';
import { createLineLog } from './line-log.ts';

test('leaves out what is below its level, at each place for itself', () => {
  const lines: string[] = [];
  const file: string[] = [];
  const log = createLineLog((line) => lines.push(line), 'warn');
  log.add((line) => file.push(line), 'info');
  log.info({ a: 1 }, 'quiet');
  log.warn({}, 'loud');
  log.setLevel('silent');
  log.error({ err: new Error('broken') }, 'worse');
  expect(lines.map((line) => JSON.parse(line).message)).toEqual(['loud']);
  expect(file.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'info', message: 'quiet', a: 1 },
    { message: 'loud' },
    { err: expect.stringContaining('broken') },
  ]);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StartError } from '../start-error.ts';
import { openGatewayRecordings } from './gateway-recordings.ts';

const producer = { id: 'gateway', epoch: 0 };
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'parley-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

it('keeps recordings in the data folder, over a restart', async () => {
  const first = openGatewayRecordings(dataDir);
  expect(first.store.isShared).toBe(false);
  await first.store.log.open('a', producer);
  await first.store.log.close('a', producer, 0, [{ type: 'end', outcome: 'complete' }]);
  await first.close();
  const second = openGatewayRecordings(dataDir);
  expect((await second.store.log.read('a', '-1')).entries).toEqual([{ type: 'end', outcome: 'complete' }]);
  await second.close();
});

it('says what to do about a file that is none of it', () => {
  writeFileSync(path.join(dataDir, 'gateway-recordings.sqlite'), 'This is a text and no database. '.repeat(40));
  const open = () => openGatewayRecordings(dataDir);
  expect(open).toThrow(StartError);
  expect(open).toThrow('Move gateway-recordings.sqlite away');
});

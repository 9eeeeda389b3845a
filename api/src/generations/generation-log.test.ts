import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StartError } from '../start-error.ts';
import { openGenerationLog } from './generation-log.ts';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'parley-log-'));
});

afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

it('says in a sentence that the file of the logs is damaged', () => {
  const file = path.join(dataDir, 'generation-log.sqlite');
  writeFileSync(file, 'this is no database '.repeat(100));
  const open = (): unknown => openGenerationLog(dataDir);
  expect(open).toThrow(StartError);
  expect(open).toThrow(`The log file ${file} cannot be opened. Bring the file back from a backup`);
});

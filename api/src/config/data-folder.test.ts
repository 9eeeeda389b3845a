import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StartError } from '../start-error.ts';
import { dataFolderError, makeDataFolder } from './data-folder.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'parley-data-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

it('is made with those above it, and left alone when it is there', () => {
  const folder = path.join(root, 'über all', 'data');
  makeDataFolder(folder);
  makeDataFolder(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

it('cannot be where a file is, below one, or where nothing can be made', () => {
  writeFileSync(path.join(root, 'file'), '');
  const nowhere = process.platform === 'linux' ? ['/proc/parley'] : [];
  for (const folder of [path.join(root, 'file'), path.join(root, 'file', 'data'), ...nowhere]) {
    expect(() => makeDataFolder(folder)).toThrow(StartError);
  }
});

it('on a full disk needs space, not rights', () => {
  expect(dataFolderError('/data', Object.assign(new Error('no space'), { code: 'ENOSPC' }))).toMatchObject({
    message: expect.stringContaining('The disk is full'),
  });
});

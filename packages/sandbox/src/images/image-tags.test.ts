import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { imagesFolder, imageTag, imageTargets, recipeHash } from './image-tags.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function copyOfRecipe(): string {
  const folder = mkdtempSync(join(tmpdir(), 'recipe-'));
  folders.push(folder);
  cpSync(imagesFolder, folder, { recursive: true });
  return folder;
}

test('every language has an image, named with its hash', () => {
  expect(imageTargets).toHaveLength(8);
  for (const target of imageTargets)
    expect(imageTag(target)).toMatch(new RegExp(`^parley-sandbox-${target}:[0-9a-f]{12}$`));
});

test('the same recipe elsewhere has the same hash', () => {
  expect(recipeHash(copyOfRecipe())).toBe(recipeHash(imagesFolder));
});

test.each(['Dockerfile', 'run-code', 'install-packages', 'java/CompileFile.java'])(
  'a change of %s changes it',
  (file) => {
    const folder = copyOfRecipe();
    writeFileSync(join(folder, file), '# changed\n', { flag: 'a' });
    expect(recipeHash(folder)).not.toBe(recipeHash(imagesFolder));
  },
);

test('what no image contains changes nothing', () => {
  const folder = copyOfRecipe();
  writeFileSync(join(folder, 'make-base.sh'), '# changed\n', { flag: 'a' });
  writeFileSync(join(folder, 'notes.txt'), 'new');
  expect(recipeHash(folder)).toBe(recipeHash(imagesFolder));
});

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { languages } from '../core/languages.ts';
import type { ImageTarget } from '../core/languages.ts';

/** The folder that images are built from. */
export const imagesFolder = fileURLToPath(new URL('../../images', import.meta.url));

/** The label of an image that holds `{"<language id>": "<version>"}` as JSON. */
export const versionsLabel = 'parley.sandbox.versions';

/** Every image there is, in the order in which people are shown their languages. */
export const imageTargets: readonly ImageTarget[] = [...new Set(languages.map((language) => language.image))];

/**
 * The name and tag of an image made from the build folder as it is now: what goes into an image decides on its tag, so
 * that one of another version of this program is never taken for the right one.
 */
export function imageTag(target: ImageTarget): string {
  return `parley-sandbox-${target}:${recipeHash(imagesFolder).slice(0, 12)}`;
}

/** SHA-256, in hexadecimal, of a Dockerfile and of everything it copies from its folder. */
export function recipeHash(folder: string): string {
  const dockerfile = readFileSync(join(folder, 'Dockerfile'), 'utf8');
  const copied = Array.from(dockerfile.matchAll(/^COPY\s+(\S+)\s+\S+$/gm), ([, source]) => source ?? '');
  const files = new Set(['Dockerfile', ...copied.flatMap((name) => filesAt(folder, name))]);
  const hash = createHash('sha256');
  for (const file of [...files].toSorted()) {
    const content = readFileSync(join(folder, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function filesAt(folder: string, name: string): string[] {
  if (statSync(join(folder, name)).isFile()) return [name];
  return readdirSync(join(folder, name)).flatMap((entry) => filesAt(folder, `${name}/${entry}`));
}

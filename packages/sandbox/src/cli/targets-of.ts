import { findLanguage, languages } from '../core/languages.ts';
import type { ImageTarget, Language } from '../core/languages.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import { imageTargets } from '../images/image-tags.ts';

/** The images of languages by their names, or of their own names; all of them for no name. */
export function targetsOf(names: readonly string[]): readonly ImageTarget[] {
  if (names.length === 0) return imageTargets;
  return [...new Set(names.map(targetOf))];
}

/** Languages by their names; all of them for no name. */
export function languagesOf(names: readonly string[]): readonly Language[] {
  return names.length === 0 ? languages : [...new Set(names.map((name) => findLanguage(name) ?? unknown(name)))];
}

function targetOf(name: string): ImageTarget {
  return findLanguage(name)?.image ?? imageTargets.find((target) => target === name) ?? unknown(name);
}

function unknown(name: string): never {
  const known = languages.map((language) => language.id).join(', ');
  throw new SandboxError('invalid', `There is no language "${name}". There are: ${known}.`);
}

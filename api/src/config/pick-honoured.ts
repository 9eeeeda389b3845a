import { knownKeys } from '@parley/contracts';
import type { KnownKeys } from '@parley/contracts';
import { nearestName } from '@parley/gateway';
import type { YamlSource } from '@parley/gateway';
import type { Mistake } from './mistake.ts';
import { pathText } from './path-text.ts';

type Path = readonly (string | number)[];

/** The part of the operator's file that has an effect, and one warning for each key that has none. */
export function pickHonoured(source: YamlSource): { value: unknown; warnings: Mistake[] } {
  const warnings: Mistake[] = [];

  function pick(value: unknown, path: Path, level: string): unknown {
    if (Array.isArray(value)) return value.map((item, index) => pick(item, [...path, index], `${level}[]`));
    if (typeof value !== 'object' || value === null) return value;
    const named = `${level}.*`;
    if (knownKeys[named] !== undefined) {
      return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, pick(child, [...path, key], named)]));
    }
    const known = knownKeys[level];
    if (known === undefined) return value;
    const picked: Record<string, unknown> = {};
    for (const [key, child] of Object.entries(value)) {
      const childPath = [...path, key];
      if (known.honoured.includes(key)) picked[key] = pick(child, childPath, level === '' ? key : `${level}.${key}`);
      else
        warnings.push({ place: source.placeOfKey(childPath), subject: pathText(childPath), ...describe(key, known) });
    }
    return picked;
  }

  return { value: pick(source.value, [], ''), warnings };
}

function describe(key: string, known: KnownKeys): Pick<Mistake, 'message' | 'fix'> {
  if (known.laterProtecting.includes(key)) {
    return { message: 'has no effect yet: what it restricts is NOT restricted', fix: 'do not rely on it' };
  }
  if (known.later.includes(key)) return { message: 'has no effect yet', fix: 'nothing to do, it may stay' };
  const meant = nearestName(key, [...known.honoured, ...known.later, ...known.laterProtecting]);
  return {
    message: 'is not a key that Parley knows, so it has no effect',
    fix: meant === undefined ? 'remove it' : `did you mean ${meant}?`,
  };
}

import type { Environment } from '../environment/environment-reader.ts';

export interface FilledValue {
  readonly value: unknown;
  readonly missing: readonly { readonly path: readonly PropertyKey[]; readonly name: string }[];
}

/**
 * Puts the values of variables in place of `${NAME}` and `${NAME:-otherwise}`, in texts only: what a variable holds is
 * never read as YAML. A name that is not set, or blank, is missing.
 */
export function fillPlaceholders(value: unknown, variables: Environment): FilledValue {
  const missing: { path: readonly PropertyKey[]; name: string }[] = [];

  function fill(part: unknown, path: readonly PropertyKey[]): unknown {
    if (typeof part === 'string') {
      return part.replace(/\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g, (_, name: string, otherwise?: string) => {
        const found = variables[name]?.trim() || otherwise;
        if (found === undefined) missing.push({ path, name });
        return found ?? '';
      });
    }
    if (Array.isArray(part)) return part.map((item: unknown, index) => fill(item, [...path, index]));
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, fill(item, [...path, key])]));
  }

  return { value: fill(value, []), missing };
}

const reference = /\$\{([^}]*)\}/g;

/** A `${NAME}` that cannot be filled in, and where it stands in the value. */
interface MissingVariable {
  readonly path: readonly (string | number)[];
  readonly name: string;
}

interface Substitution {
  readonly value: unknown;
  readonly missing: readonly MissingVariable[];
  /** Every name that was referred to. */
  readonly names: ReadonlySet<string>;
}

/** Fills in every `${NAME}` in every text of a value, never in keys. What cannot be filled in stays as it is. */
export function substituteVariables(value: unknown, variables: Readonly<Record<string, string>>): Substitution {
  const missing: MissingVariable[] = [];
  const names = new Set<string>();

  function fill(text: string, path: readonly (string | number)[]): string {
    return text.replace(reference, (whole, inner: string) => {
      const name = inner.trim();
      names.add(name);
      const found = Object.hasOwn(variables, name) ? variables[name] : undefined;
      if (found === undefined) missing.push({ path, name });
      return found ?? whole;
    });
  }

  function walk(node: unknown, path: readonly (string | number)[]): unknown {
    if (typeof node === 'string') return fill(node, path);
    if (Array.isArray(node)) return node.map((item, index) => walk(item, [...path, index]));
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, walk(child, [...path, key])]));
  }

  return { value: walk(value, []), missing, names };
}

const headerKey = 'x-mcp-header';
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const headerTypes = new Set(['string', 'integer', 'boolean']);

/**
 * Why a tool that maps arguments to HTTP headers (2026-07-28, "Schema Extension") may not be used over HTTP; undefined
 * when it may. The schema is known not to be deep.
 */
export function headerProblem(inputSchema: Readonly<Record<string, unknown>>): string | undefined {
  const seen = new Set<string>();
  return visit(inputSchema, 'elsewhere');

  function visit(node: unknown, place: 'property' | 'elsewhere', reachable = true): string | undefined {
    if (typeof node !== 'object' || node === null) return undefined;
    const problem = ownProblem(node, place === 'property' && reachable);
    if (problem !== undefined) return problem;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'const' || key === 'enum' || key === 'default' || key === 'examples') continue;
      const children =
        key === 'properties' && isRecord(value)
          ? Object.values(value).map((child) => visit(child, 'property', reachable))
          : [visit(value, 'elsewhere', false)];
      const found = children.find((child) => child !== undefined);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  function ownProblem(node: object, isProperty: boolean): string | undefined {
    if (!(headerKey in node)) return undefined;
    const name = node[headerKey];
    if (!isProperty) return 'It maps to a header what is no plain property.';
    if (typeof name !== 'string' || !token.test(name)) return 'It maps an argument to a header with an invalid name.';
    if (!('type' in node) || typeof node.type !== 'string' || !headerTypes.has(node.type)) {
      return 'It maps to a header what is no string, integer or boolean.';
    }
    if (seen.has(name.toLowerCase())) return 'It maps two arguments to the same header.';
    seen.add(name.toLowerCase());
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

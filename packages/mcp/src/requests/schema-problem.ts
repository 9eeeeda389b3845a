/** Where a schema holds values rather than schemas. */
const values = new Set(['const', 'enum', 'default', 'examples']);
const deepest = 64;

/**
 * Why a schema of a server is not used, for people; undefined when it may be. A `$ref` that leaves the document would
 * have somebody fetch it, and a schema too deep or too large would cost every model call.
 */
export function schemaProblem(schema: unknown, mostBytes: number): string | undefined {
  const waiting: { readonly node: unknown; readonly depth: number }[] = [{ node: schema, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, depth } = next;
    if (typeof node !== 'object' || node === null) continue;
    if (depth > deepest) return 'Its schema is nested too deep.';
    for (const [key, value] of Object.entries(node)) {
      if (isReference(key) && typeof value === 'string' && !value.startsWith('#')) {
        return 'Its schema refers to another document, which is not fetched.';
      }
      if (values.has(key) ? isDeep(value, deepest - depth) : false) return 'Its schema is nested too deep.';
      if (!values.has(key)) waiting.push({ node: value, depth: depth + 1 });
    }
  }
  return Buffer.byteLength(JSON.stringify(schema)) > mostBytes ? 'Its schema is too large.' : undefined;
}

function isReference(key: string): boolean {
  return key === '$ref' || key === '$dynamicRef' || key === '$recursiveRef';
}

/** Whether a JSON value is nested deeper than that; never deep itself. */
export function isDeep(value: unknown, most: number): boolean {
  const waiting: { readonly node: unknown; readonly depth: number }[] = [{ node: value, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next.node !== 'object' || next.node === null) continue;
    if (next.depth >= most) return true;
    for (const child of Object.values(next.node)) waiting.push({ node: child, depth: next.depth + 1 });
  }
  return false;
}

const maxDepth = 200;

export interface CanonicalOptions {
  /** Takes the place of strings that are exactly this one. */
  readonly except?: string;
}

/**
 * JSON in which the order of an object's fields plays no part; fields that are undefined count as absent. Undefined for
 * what is nested deeper than any honest request.
 */
export function canonicalJson(value: unknown, { except }: CanonicalOptions = {}): string | undefined {
  let isTooDeep = false;
  function write(part: unknown, depth: number): string {
    if (typeof part === 'string') return part === except ? '?' : JSON.stringify(part);
    if (typeof part !== 'object' || part === null) return JSON.stringify(part) ?? 'null';
    if (depth > maxDepth) {
      isTooDeep = true;
      return '';
    }
    if (Array.isArray(part)) return `[${part.map((each) => write(each, depth + 1)).join(',')}]`;
    const fields = Object.entries(part).filter(([, field]) => field !== undefined);
    fields.sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${write(field, depth + 1)}`).join(',')}}`;
  }
  const text = write(value, 0);
  return isTooDeep ? undefined : text;
}

import { UnusableOperation } from './unusable-operation.ts';

/** How deep references may lead to references. */
const deepestReference = 20;
/** Values that one operation may come to: references that multiply would fill the memory. */
const mostValues = 20_000;
/** How deep values may be nested in values, references followed. */
const deepestValue = 200;

/**
 * A value with all references in it replaced by what they mean within its document; what leads back to itself means
 * anything. Throws `UnusableOperation`.
 */
export type Follow = (value: unknown) => unknown;

/** Follows references of one operation; addresses are never fetched. */
export function createFollower(document: unknown): Follow {
  let values = 0;

  function follow(value: unknown, trail: readonly string[], depth: number): unknown {
    values += 1;
    if (depth > deepestValue) throw new UnusableOperation('its input is nested too deep.');
    if (values > mostValues) throw new UnusableOperation('its input is described at too great length.');
    if (Array.isArray(value)) return value.map((item) => follow(item, trail, depth + 1));
    if (!isObject(value)) return value;
    const reference = value['$ref'];
    if (typeof reference !== 'string') {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, follow(item, trail, depth + 1)]));
    }
    if (!reference.startsWith('#/')) {
      throw new UnusableOperation('it refers to another document, which is not fetched.');
    }
    if (trail.includes(reference)) return {};
    if (trail.length === deepestReference) throw new UnusableOperation('its references lead too deep.');
    return follow(lookUp(document, reference), [...trail, reference], depth + 1);
  }

  return (value) => follow(value, [], 0);
}

/** By JSON pointer (RFC 6901) in a URI fragment. */
function lookUp(document: unknown, reference: string): unknown {
  let value = document;
  for (const token of decoded(reference).slice(2).split('/')) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (!isObject(value) || !Object.hasOwn(value, name)) throw missing();
    value = value[name];
  }
  return value;
}

function decoded(reference: string): string {
  try {
    return decodeURIComponent(reference);
  } catch (error) {
    throw missing(error);
  }
}

function missing(cause?: unknown): UnusableOperation {
  return new UnusableOperation('it refers to something that is not there.', { cause });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

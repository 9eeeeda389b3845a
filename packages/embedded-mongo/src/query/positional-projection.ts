import { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';

/**
 * A projected document of which the first array on a path keeps only the element the query matched. Where the path
 * meets no array there is nothing to choose; an array of which the query matched no element is refused.
 */
export function keepMatchedElement(
  document: Document,
  path: readonly string[],
  positionOf: () => number | undefined,
): Document {
  const replace = (holder: Document, depth: number): Document => {
    const name = path[depth] ?? '';
    const value = holder.get(name);
    const kept = keep(value, depth);
    return kept === value || kept === undefined ? holder : new Document(new Map([...holder.entries(), [name, kept]]));
  };
  const keep = (value: Value | undefined, depth: number): Value | undefined => {
    if (isDocument(value)) return depth + 1 < path.length ? replace(value, depth + 1) : value;
    if (!Array.isArray(value)) return value;
    const position = positionOf();
    if (position === undefined) {
      throw new CommandError(51_246, "positional operator '.$' couldn't find a matching element in the array");
    }
    const element = value[position];
    if (element === undefined) throw new CommandError(51_247, "positional operator '.$' element mismatch");
    return [element];
  };
  return replace(document, 0);
}

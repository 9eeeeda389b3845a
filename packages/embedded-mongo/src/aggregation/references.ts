import { isDocument, type Value } from '../bson/value.ts';
import { isLiteralName } from './literal-name.ts';

/** Whether an expression refers to a field, or to a variable that is not among the known ones. */
export function refersBeyond(value: Value, isKnown: (variable: string) => boolean): boolean {
  if (typeof value === 'string') {
    if (!value.startsWith('$$')) return value.startsWith('$');
    return !isKnown(value.slice(2).split('.')[0] ?? '');
  }
  if (Array.isArray(value)) return value.some((item) => refersBeyond(item, isKnown));
  if (!isDocument(value) || isLiteralName(value.firstName())) return false;
  return [...value.entries()].some(([, inner]) => refersBeyond(inner, isKnown));
}

import { toDouble } from '../bson/arithmetic.ts';
import type { Document } from '../bson/document.ts';
import { isNumber, typeName, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';

/** The kinds of indexes MongoDB has besides ordered ones. */
const PLUGINS = new Set(['2d', '2dsphere', 'text', 'hashed']);

/** What may stand with a dollar sign behind a dot: the parts of a reference. */
const REFERENCE_PARTS = new Set(['$db', '$id', '$ref']);

/** Whether a part of a path begins with a dollar sign without being a part of a reference, as in `owner.$id`. */
export function isIllegalPart(part: string, position: number): boolean {
  return part.startsWith('$') && !(position > 0 && REFERENCE_PARTS.has(part));
}

/** Refuses keys that MongoDB has no index for. That this store cannot build one of them is said by whoever builds it. */
export function checkKeyPattern(key: Document): void {
  const fields = [...key.entries()];
  if (fields.length === 0) throw refused('Index keys cannot be empty.');
  const plugin = fields.map(([, type]) => type).find((type) => typeof type === 'string' && type !== '');
  if (typeof plugin === 'string' && !PLUGINS.has(plugin)) throw refused(`Unknown index plugin '${plugin}'`);
  for (const [path, type] of fields) {
    checkType(type);
    if (typeof type === 'string') {
      if (type === '') throw refused('Values in the index key pattern cannot be empty strings');
      if (type !== plugin) throw refused("Can't use more than one index plugin for a single index.");
    }
    checkPath(path, type);
  }
}

function checkType(type: Value): void {
  if (typeof type === 'string') return;
  if (!isNumber(type)) {
    throw refused(
      `Values in v:2 index key pattern cannot be of type ${typeName(type)}. Only numbers > 0, numbers < 0, and strings are allowed.`,
    );
  }
  const order = toDouble(type);
  if (Number.isNaN(order)) throw refused('Values in the index key pattern cannot be NaN.');
  if (order === 0) throw refused('Values in the index key pattern cannot be 0.');
}

function checkPath(path: string, type: Value): void {
  if (path === '') throw refused('Index keys cannot be an empty field.');
  if (path === '$**' && (isNumber(type) || type === 'text')) return;
  if (path === '_fts' && type !== 'text') throw refused("Index key contains an illegal field name: '_fts'");
  for (const [position, part] of path.split('.').entries()) {
    if (part === '') throw refused('Index keys cannot contain an empty field.');
    const isWildcard = part === '$**' && path.endsWith('.$**') && isNumber(type);
    if (isIllegalPart(part, position) && !isWildcard) {
      throw refused("Index key contains an illegal field name: field name starts with '$'.");
    }
  }
}

function refused(message: string): CommandError {
  return new CommandError('CannotCreateIndex', message);
}

import type { Document } from '../bson/document.ts';
import { formatValue } from '../bson/format-value.ts';
import { isDocument, type Value } from '../bson/value.ts';
import { arrayPosition } from '../query/filter.ts';
import { CommandError } from '../server/command-error.ts';
import { isFilteredPart } from './update-paths.ts';
import { describeId, type FieldChange } from './value-operators.ts';

/** Checks a `$rename`; both paths are known to be ones an update can use. */
export function checkRename(path: string, target: string): void {
  if (target.includes('\0')) {
    throw new CommandError('BadValue', "The 'to' field for $rename cannot contain an embedded null byte");
  }
  if (path === target) {
    throw new CommandError(
      'BadValue',
      `The source and target field for $rename must differ: ${path}: ${formatValue(target)}`,
    );
  }
  if (target.startsWith(`${path}.`) || path.startsWith(`${target}.`)) {
    throw new CommandError(
      'BadValue',
      `The source and target field for $rename must not be on the same path: ${path}: ${formatValue(target)}`,
    );
  }
  if (isDynamic(path)) throw new CommandError('BadValue', `The source field for $rename may not be dynamic: ${path}`);
  if (isDynamic(target)) {
    throw new CommandError('BadValue', `The destination field for $rename may not be dynamic: ${target}`);
  }
}

function isDynamic(path: string): boolean {
  return path.split('.').some((segment) => segment === '$' || isFilteredPart(segment));
}

/** Moves the value at `path` to `target`; neither may lead through an array. */
export function renaming(path: string, target: string): FieldChange {
  return {
    creates: true,
    isNeeded: (root) => {
      const holder = sourceHolder(root, path);
      if (holder === undefined) return false;
      refuseArrayTarget(root, target);
      return true;
    },
    apply: (slot, _context, root) => {
      const name = path.split('.').at(-1) ?? path;
      const holder = sourceHolder(root, path);
      const value = holder?.get(name);
      if (holder === undefined || value === undefined) return;
      slot.set(value);
      holder.fields.delete(name);
    },
  };
}

/** The document that holds the field to rename, undefined when there is no such field. */
function sourceHolder(root: Document, path: string): Document | undefined {
  const segments = path.split('.');
  let value: Value = root;
  let holder: Document | undefined;
  let array: string | undefined;
  for (const [index, segment] of segments.entries()) {
    const child: Value | undefined = childOf(value, segment);
    if (!isDocument(value) && !(Array.isArray(value) && arrayPosition(segment) !== undefined)) {
      const name = segments[index - 1] ?? '';
      throw new CommandError(
        'PathNotViable',
        `cannot use the part (${name} of ${path}) to traverse the element ({${name}: ${formatValue(value)}})`,
      );
    }
    if (child === undefined) return undefined;
    if (Array.isArray(value)) array ??= segments[index - 1];
    else holder = value;
    value = child;
  }
  if (array !== undefined) throw arrayOnTheWay('source', path, root, array);
  return holder;
}

function childOf(value: Value, segment: string): Value | undefined {
  if (Array.isArray(value)) return value[arrayPosition(segment) ?? -1];
  return isDocument(value) ? value.get(segment) : undefined;
}

function refuseArrayTarget(root: Document, target: string): void {
  const segments = target.split('.');
  let value: Value | undefined = root;
  for (const [index, segment] of segments.entries()) {
    if (Array.isArray(value)) throw arrayOnTheWay('destination', target, root, segments[index - 1] ?? '');
    value = isDocument(value) ? value.get(segment) : undefined;
  }
}

function arrayOnTheWay(side: 'source' | 'destination', path: string, root: Document, array: string): CommandError {
  return new CommandError(
    'BadValue',
    `The ${side} field cannot be an array element, '${path}' in doc with ${describeId(root)} has an array field called '${array}'`,
  );
}

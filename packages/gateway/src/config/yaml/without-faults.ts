/**
 * A copy of `value` without what is at fault at these paths, so that the rest can still be looked at. Items of a list
 * keep their places: the whole list goes.
 */
export function withoutFaults(value: unknown, paths: readonly (readonly PropertyKey[])[]): unknown {
  const copy: unknown = structuredClone(value);
  for (const path of paths) {
    const list = path.findIndex((step) => typeof step === 'number');
    remove(copy, list < 0 ? path : path.slice(0, list));
  }
  return copy;
}

function remove(value: unknown, path: readonly PropertyKey[]): void {
  let parent = value;
  for (const step of path.slice(0, -1)) parent = childOf(parent, step);
  const last = path.at(-1);
  if (last === undefined || typeof parent !== 'object' || parent === null) return;
  // What is missing is the fault of the group it is missing in.
  if (!Object.hasOwn(parent, last)) remove(value, path.slice(0, -1));
  else Reflect.deleteProperty(parent, last);
}

function childOf(value: unknown, step: PropertyKey): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, step)
    ? Reflect.get(value, step)
    : undefined;
}

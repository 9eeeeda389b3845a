/** Joins class names; `false` and `undefined` leave no trace, so conditions can be written inline. */
export function classNames(...names: readonly (string | false | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}

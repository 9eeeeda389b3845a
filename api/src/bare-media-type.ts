/** A media type as its author names it, in lower case and without parameters; `undefined` when it is none. */
export function bareMediaType(named: string): string | undefined {
  const bare = (named.split(';', 1)[0] ?? '').trim().toLowerCase();
  return bare.length <= 100 && /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(bare) ? bare : undefined;
}

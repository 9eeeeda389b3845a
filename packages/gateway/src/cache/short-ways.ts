/** A bounded memory for what can be found out again: half of it is forgotten when it is full. */
export interface ShortWays {
  get(from: string): string | undefined;
  set(from: string, to: string): void;
}

const most = 2000;

/** Two generations: what was of use in the younger one outlives the older. */
export function createShortWays(): ShortWays {
  let young = new Map<string, string>();
  let old = new Map<string, string>();

  function set(from: string, to: string): void {
    young.set(from, to);
    if (young.size < most) return;
    old = young;
    young = new Map();
  }
  return {
    set,
    get(from) {
      const found = young.get(from);
      if (found !== undefined) return found;
      const older = old.get(from);
      if (older !== undefined) set(from, older);
      return older;
    },
  };
}

import { afterEach } from 'vitest';

interface Closable {
  close(): Promise<void>;
}

/** For the top of a test file: what each test hands to the result is closed when the test ends, the newest first. */
export function keepOpen(): <T extends Closable>(thing: T) => T {
  const open: Closable[] = [];
  afterEach(async () => {
    for (const thing of open.splice(0).toReversed()) await thing.close();
  });
  return (thing) => {
    open.push(thing);
    return thing;
  };
}

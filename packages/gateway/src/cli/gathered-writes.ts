/** Lines that are written together. */
export interface GatheredWrites {
  write(line: string): void;
  /** Writes what waits now. */
  flush(): void;
}

/** Milliseconds that a line waits at most, and characters that are not waited with. */
const longestWait = 10;
const mostCharacters = 65_536;

/**
 * Writes lines in their order, up to 10 ms later and then together: a write for each line of a busy log is 4 % of what a
 * whole answer costs. Who ends the process flushes first.
 */
export function gatherWrites(write: (text: string) => void): GatheredWrites {
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const text = waiting;
    waiting = '';
    if (text !== '') write(text);
  }

  return {
    write(line) {
      waiting += line;
      if (waiting.length >= mostCharacters) flush();
      else timer ??= setTimeout(flush, longestWait);
    },
    flush,
  };
}

interface LineReaderOptions {
  readonly mostBytes: number;
  readonly onLine: (line: string) => void;
  /** A line was longer; nothing more is read. */
  readonly onOverflow: () => void;
}

const lineFeed = 10;

/** Puts lines of UTF-8 together from chunks, without the line feeds; empty ones are left out. */
export function createLineReader({ mostBytes, onLine, onOverflow }: LineReaderOptions): {
  push(chunk: Buffer): void;
} {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let isOver = false;

  return {
    push(chunk) {
      let start = 0;
      while (!isOver && start < chunk.length) {
        const end = chunk.indexOf(lineFeed, start);
        const part = chunk.subarray(start, end === -1 ? chunk.length : end);
        pendingBytes += part.length;
        if (pendingBytes > mostBytes) {
          isOver = true;
          pending = [];
          onOverflow();
          return;
        }
        pending.push(part);
        if (end === -1) return;
        const line = Buffer.concat(pending).toString('utf8').trimEnd();
        pending = [];
        pendingBytes = 0;
        start = end + 1;
        if (line !== '') onLine(line);
      }
    },
  };
}

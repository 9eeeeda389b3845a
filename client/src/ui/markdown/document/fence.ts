const OPENING = /^ {0,3}(`{3,}|~{3,})[^\n]*(?:\n|$)/;

/** Whether the fenced code block with this source has its closing fence. */
export function isFenceClosed(raw: string): boolean {
  const opening = OPENING.exec(raw);
  if (!opening?.[1]) return false;
  const body = raw.slice(opening[0].length).trimEnd();
  const lastLine = body.slice(body.lastIndexOf('\n') + 1).trim();
  return lastLine.startsWith(opening[1]) && isMadeOf(lastLine, opening[1]);
}

/** Removes a last line which is the beginning of this block's closing fence, so that it never flashes up as code. */
export function withoutPartialFence(raw: string): string {
  const opening = OPENING.exec(raw);
  if (!opening?.[1]) return raw;
  const start = raw.lastIndexOf('\n') + 1;
  const lastLine = raw.slice(start).trim();
  const partial = lastLine.length > 0 && lastLine.length < opening[1].length && isMadeOf(lastLine, opening[1]);
  return partial && start >= opening[0].length ? raw.slice(0, start) : raw;
}

function isMadeOf(line: string, fence: string): boolean {
  return Array.from(line).every((character) => character === fence[0]);
}

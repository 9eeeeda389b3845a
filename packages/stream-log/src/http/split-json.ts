import { StreamLogError } from '../stream-log-error.ts';

/**
 * The messages of a JSON body, each in its own words: the elements of an array (one level, so that writers can send
 * batches), or the one value. Throws `invalid-request` for what is not JSON.
 */
export function splitJson(body: string): string[] {
  try {
    if (!Array.isArray(JSON.parse(body))) return [body.trim()];
  } catch (cause) {
    throw new StreamLogError('invalid-request', 'The body is not JSON', { cause });
  }
  return elementsOf(body.trim().slice(1, -1));
}

/** Cuts at the commas outside of strings, arrays and objects. The text is known to be valid. */
function elementsOf(list: string): string[] {
  const elements: string[] = [];
  const marks = /["[\]{},]/g;
  let depth = 0;
  let start = 0;
  for (let mark = marks.exec(list); mark !== null; mark = marks.exec(list)) {
    const [token] = mark;
    if (token === '"') marks.lastIndex = endOfString(list, mark.index) + 1;
    else if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    else if (depth === 0) {
      elements.push(list.slice(start, mark.index).trim());
      start = mark.index + 1;
    }
  }
  const last = list.slice(start).trim();
  return last === '' ? elements : [...elements, last];
}

/** Where the string ends that begins at `start`: at the next quote with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
}

const quote = 34;
const comma = 44;
const colon = 58;
const backslash = 92;
const openBracket = 91;
const openBrace = 123;
const closers = new Set([93, 125]);
const spaces = new Set([9, 10, 13, 32]);

/** Where values lie: names of fields, positions in lists, or `*` for every element of a list. */
type JsonPath = readonly (string | number)[];

/**
 * The texts of all values at `path` inside `json`, which must be valid JSON, exactly as written there, by the positions
 * of the elements on the way joined with `/`: values that must not change on their way are found, not read. Of equal keys the last counts,
 * as for `JSON.parse`. The whole text is gone over once for each step, however many values there are.
 */
export function jsonTextsAt(json: string, path: JsonPath): ReadonlyMap<string, string> {
  let places = new Map([['', skipSpaces(json, 0)]]);
  for (const step of path) {
    const next = new Map<string, number>();
    for (const [place, start] of places) {
      if (step === '*') {
        const before = place === '' ? '' : `${place}/`;
        let index = 0;
        for (const at of itemsOf(json, start)) next.set(`${before}${index++}`, at);
        continue;
      }
      const found = typeof step === 'number' ? itemAt(json, start, step) : fieldAt(json, start, step);
      if (found !== undefined) next.set(place, found);
    }
    places = next;
  }
  return new Map([...places].map(([place, start]) => [place, json.slice(start, endOfValue(json, start))]));
}

/** The text of the one value at `path`; undefined where there is none. See `jsonTextsAt`. */
export function jsonTextAt(json: string, path: JsonPath): string | undefined {
  return jsonTextsAt(json, path).get('');
}

function fieldAt(json: string, open: number, key: string): number | undefined {
  if (json.charCodeAt(open) !== openBrace) return undefined;
  let found: number | undefined;
  let at = skipSpaces(json, open + 1);
  while (json.charCodeAt(at) === quote) {
    const keyEnd = endOfString(json, at);
    const start = skipSpaces(json, json.indexOf(':', keyEnd) + 1);
    if (isKey(json.slice(at, keyEnd), key)) found = start;
    at = skipSpaces(json, endOfValue(json, start));
    if (json.charCodeAt(at) !== comma) break;
    at = skipSpaces(json, at + 1);
  }
  return found;
}

function itemAt(json: string, open: number, position: number): number | undefined {
  let index = 0;
  for (const at of itemsOf(json, open)) if (index++ === position) return at;
  return undefined;
}

/** Where the elements of a list begin; none where there is no list. */
function* itemsOf(json: string, open: number): Generator<number> {
  if (json.charCodeAt(open) !== openBracket) return;
  let at = skipSpaces(json, open + 1);
  while (at < json.length && !closers.has(json.charCodeAt(at))) {
    yield at;
    at = skipSpaces(json, endOfValue(json, at));
    if (json.charCodeAt(at) !== comma) return;
    at = skipSpaces(json, at + 1);
  }
}

function isKey(quoted: string, key: string): boolean {
  return quoted.includes('\\') ? JSON.parse(quoted) === key : quoted.slice(1, -1) === key;
}

function skipSpaces(json: string, from: number): number {
  let at = from;
  while (spaces.has(json.charCodeAt(at))) at += 1;
  return at;
}

/** The position after the closing quote of the string that opens at `from`; strings may be megabytes long. */
function endOfString(json: string, from: number): number {
  for (let end = json.indexOf('"', from + 1); end !== -1; end = json.indexOf('"', end + 1)) {
    let before = end;
    while (json.charCodeAt(before - 1) === backslash) before -= 1;
    if ((end - before) % 2 === 0) return end + 1;
  }
  return json.length;
}

function endOfValue(json: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < json.length) {
    const code = json.charCodeAt(at);
    if (code === quote) {
      at = endOfString(json, at);
      if (depth === 0) return at;
      continue;
    }
    if (code === openBrace || code === openBracket) depth += 1;
    else if (closers.has(code)) {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (code === comma || code === colon || spaces.has(code))) return at;
    at += 1;
  }
  return at;
}

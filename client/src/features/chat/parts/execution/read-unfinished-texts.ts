import { parseJson } from '../../../../lib/parse-json.ts';

interface Read {
  readonly text: string;
  /** The place after it. */
  readonly end: number;
}

/** The texts among the fields of a JSON object that may break off anywhere: as much of each as has arrived. */
export function readUnfinishedTexts(json: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  let place = skip(json, 0, /[\s{]/);
  while (json[place] === '"') {
    const name = readText(json, place);
    place = skip(json, name.end, /[\s:]/);
    if (json[place] === '"') {
      const value = readText(json, place);
      texts.set(name.text, value.text);
      place = value.end;
    } else {
      place = skipValue(json, place);
    }
    place = skip(json, place, /[\s,]/);
  }
  return texts;
}

function skip(json: string, from: number, what: RegExp): number {
  let place = from;
  while (place < json.length && what.test(json.charAt(place))) place += 1;
  return place;
}

/** Past a value that is no text, up to the comma or bracket that ends it. */
function skipValue(json: string, from: number): number {
  let depth = 0;
  let place = from;
  while (place < json.length) {
    const character = json.charAt(place);
    if (character === '"') {
      place = readText(json, place).end;
      continue;
    }
    if (depth === 0 && (character === ',' || character === '}')) return place;
    if (character === '[' || character === '{') depth += 1;
    if (character === ']' || character === '}') depth -= 1;
    place += 1;
  }
  return place;
}

function readText(json: string, start: number): Read {
  let end = json.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(json, end)) end = json.indexOf('"', end + 1);
  if (end !== -1) return { text: decode(json.slice(start + 1, end)), end: end + 1 };
  return { text: decode(withoutHalfEscape(json.slice(start + 1))), end: json.length };
}

function isEscaped(json: string, place: number): boolean {
  let first = place;
  while (json[first - 1] === '\\') first -= 1;
  return (place - first) % 2 === 1;
}

function withoutHalfEscape(raw: string): string {
  const start = raw.lastIndexOf('\\');
  if (start === -1 || isEscaped(raw, start)) return raw;
  const isWhole = raw[start + 1] === 'u' ? raw.length >= start + 6 : raw.length >= start + 2;
  return isWhole ? raw : raw.slice(0, start);
}

function decode(raw: string): string {
  const text = parseJson(`"${raw}"`);
  return typeof text === 'string' ? text : raw;
}

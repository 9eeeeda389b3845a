import { RegexFault } from './regex-fault.ts';

/** The characters of `\d \w \s \h \v`, as the inside of a JavaScript class; letters count as ASCII unless told otherwise. */
const SETS: Readonly<Record<string, string>> = {
  d: '0-9',
  w: '0-9A-Za-z_',
  s: String.raw`\t-\r\x20`,
  h: String.raw`\t\x20\xa0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000`,
  v: String.raw`\n-\r\x85\u2028\u2029`,
};

/** The same after `(*UCP)`, which makes them those of Unicode. */
const UNICODE_SETS: Readonly<Record<string, string>> = {
  d: String.raw`\p{Nd}`,
  w: String.raw`\p{L}\p{N}\p{Mn}\p{Pc}`,
  s: String.raw`\p{Z}\t-\r\x85`,
};

const POSIX: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: '0-9A-Za-z',
  upper: 'A-Z',
  lower: 'a-z',
  space: String.raw`\t-\r\x20`,
  blank: String.raw`\t\x20`,
  punct: String.raw`\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e`,
  print: String.raw`\x20-\x7e`,
  graph: String.raw`\x21-\x7e`,
  cntrl: String.raw`\0-\x1f\x7f`,
  xdigit: '0-9A-Fa-f',
  word: '0-9A-Za-z_',
  ascii: String.raw`\0-\x7f`,
};

/** The same after `(*UCP)`; what is not here stays as it is. */
const UNICODE_POSIX: Readonly<Record<string, string>> = {
  alpha: String.raw`\p{L}`,
  digit: String.raw`\p{Nd}`,
  alnum: String.raw`\p{L}\p{N}`,
  upper: String.raw`\p{Lu}`,
  lower: String.raw`\p{Ll}`,
  space: String.raw`\p{Z}\t-\r\x85`,
  blank: String.raw`\t\x20\xa0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000`,
  cntrl: String.raw`\p{Cc}`,
  punct: String.raw`\p{P}\x24\x2b\x3c-\x3e\x5e\x60\x7c\x7e`,
  graph: String.raw`\p{L}\p{M}\p{N}\p{P}\p{S}\p{Cf}`,
  print: String.raw`\p{L}\p{M}\p{N}\p{P}\p{S}\p{Cf}\p{Zs}`,
  word: String.raw`\p{L}\p{N}\p{Mn}\p{Pc}`,
};

/** The set of an escape such as `\d` or `\W`, as a JavaScript class; undefined for letters that name none. */
export function setOf(letter: string, isUnicode: boolean): string | undefined {
  const lower = letter.toLowerCase();
  const inside = (isUnicode ? UNICODE_SETS[lower] : undefined) ?? SETS[lower];
  if (inside === undefined || !Object.hasOwn(SETS, lower)) return undefined;
  return letter === lower ? `[${inside}]` : `[^${inside}]`;
}

/** The set of a POSIX class such as `[:alpha:]`, named with `^` in front when it is the other characters. */
export function posixSet(name: string, isUnicode: boolean): string {
  const isNegated = name.startsWith('^');
  const bare = isNegated ? name.slice(1) : name;
  const known = isUnicode ? { ...POSIX, ...UNICODE_POSIX } : POSIX;
  const inside = Object.hasOwn(known, bare) ? known[bare] : undefined;
  if (inside === undefined) throw new RegexFault('unknown POSIX class name');
  return isNegated ? `[^${inside}]` : `[${inside}]`;
}

const SPECIAL: Readonly<Record<string, string>> = {
  Any: String.raw`[\p{Any}]`,
  'L&': String.raw`[\p{LC}]`,
  Xan: String.raw`[\p{L}\p{N}]`,
  Xwd: String.raw`[\p{L}\p{N}_]`,
  Xsp: String.raw`[\p{Z}\t-\r\x85]`,
  Xps: String.raw`[\p{Z}\t-\r\x85]`,
};

/** The set of a Unicode property, named with `^` in front when it is the other characters. */
export function propertySet(name: string, isOther: boolean): string {
  const isNegated = name.startsWith('^') !== isOther;
  const bare = name.startsWith('^') ? name.slice(1) : name;
  const inside =
    SPECIAL[bare] ??
    [bare, `Script_Extensions=${bare}`].map((property) => `[\\p{${property}}]`).find((set) => isValid(set));
  if (inside === undefined) throw new RegexFault(String.raw`unknown property after \P or \p`);
  return isNegated ? `[^${inside}]` : inside;
}

function isValid(set: string): boolean {
  try {
    return new RegExp(set, 'v').unicodeSets;
  } catch {
    return false;
  }
}

/** A character that stands for itself, in or outside of a class. */
export function literal(point: string): string {
  const code = point.codePointAt(0) ?? 0;
  if (code >= 0x80 || /[0-9A-Za-z_]/.test(point)) return point;
  return `\\x${code.toString(16).padStart(2, '0')}`;
}

/** The character of a number, as long as there is one. */
export function characterOf(code: number): string {
  if (code > 0x10_ff_ff) throw new RegexFault('character code point value in \\x{} or \\o{} is too large');
  if (code >= 0xd8_00 && code <= 0xdf_ff)
    throw new RegexFault('disallowed Unicode code point (>= 0xd800 && <= 0xdfff)');
  return String.fromCodePoint(code);
}

import type { Regex } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import { RegexFault } from './regex/regex-fault.ts';
import { translatePattern } from './regex/translate-pattern.ts';

const OPTIONS = 'imsxul';
/** In bytes, MongoDB's. */
const MAX_PATTERN_LENGTH = 32_764;

/** Refuses options that no regular expression has; an expression operator names itself. */
export function checkOptions(options: string, operator?: string): void {
  for (const option of options) {
    if (OPTIONS.includes(option)) continue;
    const where = operator === undefined ? '' : `${operator} `;
    throw new CommandError(51_108, `${where}invalid flag in regex options: ${option}`);
  }
}

/** The JavaScript form of a MongoDB regular expression with its `i`, `m`, `s`, `x` and `u` options. */
export function compileRegex(regex: Regex): RegExp {
  const { options } = regex;
  checkOptions(options);
  if (Buffer.byteLength(regex.pattern) > MAX_PATTERN_LENGTH) {
    throw new CommandError(
      51_091,
      'Regular expression is invalid: pattern string is longer than the limit set by the application',
    );
  }
  const ignoresCase = options.includes('i');
  try {
    const source = translatePattern(regex.pattern, {
      ignoresCase,
      isMultiline: options.includes('m'),
      isDotAll: options.includes('s'),
      isFreeSpacing: options.includes('x'),
    });
    return new RegExp(source, ignoresCase ? 'iv' : 'v');
  } catch (error) {
    if (!(error instanceof RegexFault || error instanceof SyntaxError)) throw error;
    throw new CommandError(51_091, `Regular expression is invalid: ${error.message}`);
  }
}

/** The literal text every match must start with, for index bounds; empty when nothing certain is known. */
export function literalPrefix(regex: Regex): string {
  if (regex.options !== '' && regex.options !== 's' && regex.options !== 'u') return '';
  const { pattern } = regex;
  // A quantifier behind a comment applies to what is before the comment.
  if (pattern.includes('(?#')) return '';
  if (pattern.startsWith(QUOTED)) return quotedPrefix(pattern.slice(QUOTED.length));
  if (!pattern.startsWith('^') || pattern.includes('|')) return '';
  const literal = /^\^([^\\^$.|?*+()[\]{}]*)(.?)/su.exec(pattern);
  const text = literal?.[1] ?? '';
  // A quantifier applies to the last character before it, which may then be absent.
  return ['?', '*', '{'].includes(literal?.[2] ?? '') ? withoutLast(text) : text;
}

const QUOTED = String.raw`^\Q`;

/** What a pattern that begins with quoted text must start with; whatever might be a quantifier takes a character away. */
function quotedPrefix(pattern: string): string {
  const end = pattern.indexOf(String.raw`\E`);
  if (end < 0) return pattern;
  const [text, rest] = [pattern.slice(0, end), pattern.slice(end + 2)];
  if (rest.includes('|')) return '';
  return /^[?*{\\]/.test(rest) ? withoutLast(text) : text;
}

function withoutLast(text: string): string {
  return Array.from(text).slice(0, -1).join('');
}

import type { Regex } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';

/** The JavaScript form of a MongoDB regular expression with its `i`, `m`, `s`, `x` and `u` options. */
export function compileRegex(regex: Regex): RegExp {
  let flags = '';
  let { pattern } = regex;
  for (const option of new Set(regex.options)) {
    if (option === 'i' || option === 'm' || option === 's') flags += option;
    else if (option === 'x') pattern = withoutFreeSpacing(pattern);
    else if (option !== 'u' && option !== 'l') {
      throw new CommandError(51_108, `invalid flag in regex options: ${option}`);
    }
  }
  const inline = /^\(\?([ims]+)\)/.exec(pattern);
  if (inline?.[1] !== undefined) {
    pattern = pattern.slice(inline[0].length);
    flags = [...new Set(flags + inline[1])].join('');
  }
  return tryCompile(pattern, `${flags}u`) ?? tryCompile(pattern, flags) ?? refuse(pattern);
}

function tryCompile(pattern: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(pattern, flags);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function refuse(pattern: string): never {
  throw new CommandError(51_091, `Regular expression is invalid: ${pattern}`);
}

function withoutFreeSpacing(pattern: string): string {
  return pattern.replace(/(\\.|\[(?:\\.|[^\]\\])*\])|\s+|#[^\n]*/gs, (_whole, kept: string | undefined) => kept ?? '');
}

/** The literal text every match must start with, for index bounds; empty when nothing certain is known. */
export function literalPrefix(regex: Regex): string {
  if (regex.options !== '' && regex.options !== 's' && regex.options !== 'u') return '';
  const { pattern } = regex;
  if (!pattern.startsWith('^') || pattern.includes('|')) return '';
  const literal = /^\^([^\\^$.|?*+()[\]{}]*)(.?)/su.exec(pattern);
  const text = literal?.[1] ?? '';
  // A quantifier applies to the last character before it, which may then be absent.
  return ['?', '*', '{'].includes(literal?.[2] ?? '') ? Array.from(text).slice(0, -1).join('') : text;
}

import type { PatternOptions, PatternOutput } from './pattern-output.ts';
import type { PatternReader } from './pattern-reader.ts';
import { RegexFault } from './regex-fault.ts';

const LOOKS = ['?=', '?!', '?<=', '?<!'] as const;

/** Reads what follows an opening parenthesis, up to where the inside of the group begins. */
export function readGroup(reader: PatternReader, output: PatternOutput): void {
  if (reader.takes('?#')) {
    if (reader.until(')') === undefined) throw new RegexFault('missing ) after (?# comment');
    return;
  }
  if (reader.takes('*')) throw unsupported('*');
  const look = LOOKS.find((text) => reader.takes(text));
  if (look !== undefined) {
    output.openPlain(`(${look}`, { isAssertion: true });
  } else if (reader.takes('?>')) {
    output.openAtomic();
  } else if (reader.takes('?P=')) {
    output.referenceByName(nameBefore(reader, ')'));
  } else if (reader.takes('?P<') || reader.takes('?<')) {
    output.open(nameBefore(reader, '>'));
  } else if (reader.takes("?'")) {
    output.open(nameBefore(reader, "'"));
  } else if (!reader.takes('?')) {
    output.open();
  } else {
    readOptions(reader, output);
  }
}

function nameBefore(reader: PatternReader, end: string): string {
  const name = reader.match(/^[A-Za-z_]\w*/)?.[0];
  if (name === undefined) throw new RegexFault('subpattern name expected');
  if (!reader.takes(end)) throw new RegexFault('syntax error in subpattern name (missing terminator?)');
  return name;
}

function readOptions(reader: PatternReader, output: PatternOutput): void {
  const found = reader.match(/^(\^?)([imsx]*)(?:-([imsx]*))?([:)])/);
  if (found === undefined) {
    const next = reader.next;
    if (/^[|R&(P+\-0-9CJUn]$/.test(next)) throw unsupported(`?${next}`);
    throw new RegexFault('unrecognized character after (? or (?-');
  }
  const [, isReset, on = '', off = '', end] = found;
  const options = changedOptions(isReset === '^' ? NO_OPTIONS : output.options, on, off);
  if (end === ':') output.openPlain('(?:', { holding: options });
  else output.change(options);
}

const NO_OPTIONS: PatternOptions = {
  ignoresCase: false,
  isMultiline: false,
  isDotAll: false,
  isFreeSpacing: false,
};

function changedOptions(options: PatternOptions, on: string, off: string): PatternOptions {
  const holds = (letter: string, before: boolean): boolean => (before || on.includes(letter)) && !off.includes(letter);
  return {
    ignoresCase: holds('i', options.ignoresCase),
    isMultiline: holds('m', options.isMultiline),
    isDotAll: holds('s', options.isDotAll),
    isFreeSpacing: holds('x', options.isFreeSpacing),
  };
}

function unsupported(what: string): RegexFault {
  return new RegexFault(`(${what} is not supported by the embedded store`);
}

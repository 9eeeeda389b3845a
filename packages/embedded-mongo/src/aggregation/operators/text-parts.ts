import { formatValue } from '../../bson/format-value.ts';
import { int, isRegex, type Regex, type Value } from '../../bson/value.ts';
import { checkOptions, compileRegex } from '../../query/compile-regex.ts';
import { capturesOf } from '../../query/regex/pattern-output.ts';
import { CommandError } from '../../server/command-error.ts';
import { isNullish, type OperatorParser } from '../expression.ts';
import { ARGUMENT_WORDING, compileParts, documentOf, namedOperands, typeOf } from './operands.ts';

/** What `$trim` takes off without `chars`: the null character and the white space the manual lists. */
const WHITE_SPACE = new Set(
  '\0 \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a',
);

const TRIM_WORDING = {
  object: (name: string, type: string) => `${name} only supports an object as an argument, found ${type}`,
  unknown: (name: string, part: string) => `${name} found an unknown argument: ${part}`,
  missing: (name: string, part: string) => `${name} requires an '${part}' field`,
};

const REGEX_WORDING = {
  object: (name: string, type: string) => `${name} expects an object of named arguments but found: ${type}`,
  unknown: (name: string, part: string) => `${name} found unknown argument: ${part}`,
  missing: (name: string, part: string) => `${name} requires '${part}' parameter`,
};

interface Ends {
  readonly start: boolean;
  readonly end: boolean;
}

function trimming(name: string, ends: Ends): [string, OperatorParser] {
  return [
    name,
    (operand, compile) => {
      const codes = { object: 50_696, unknown: 50_694, missing: 50_695 };
      const parts = compileParts(
        namedOperands(name, operand, {
          required: ['input'],
          optional: ['chars'],
          codes,
          wording: TRIM_WORDING,
        }),
        compile,
      );
      return (context) => {
        const value = parts.get('input')?.(context);
        if (isNullish(value)) return null;
        if (typeof value !== 'string') {
          throw new CommandError(
            50_699,
            `${name} requires its input to be a string, got ${formatValue(value)} (of type ${typeOf(value)}) instead.`,
          );
        }
        const chosen = parts.get('chars')?.(context);
        if (parts.has('chars') && isNullish(chosen)) return null;
        if (chosen !== undefined && typeof chosen !== 'string') {
          throw new CommandError(
            50_700,
            `${name} requires 'chars' to be a string, got ${formatValue(chosen)} (of type ${typeOf(chosen)}) instead.`,
          );
        }
        return trim(Array.from(value), chosen === undefined ? WHITE_SPACE : new Set(chosen), ends);
      };
    },
  ];
}

function trim(points: readonly string[], trimmed: ReadonlySet<string>, ends: Ends): string {
  let [from, to] = [0, points.length];
  while (ends.start && from < to && trimmed.has(points[from] ?? '')) from += 1;
  while (ends.end && to > from && trimmed.has(points[to - 1] ?? '')) to -= 1;
  return points.slice(from, to).join('');
}

interface Search {
  readonly text: string;
  readonly pattern: RegExp;
}

function regexOperator(name: string, whenNull: Value, answer: (search: Search) => Value): [string, OperatorParser] {
  return [
    name,
    (operand, compile) => {
      const codes = { object: 51_103, unknown: 31_024, missing: [31_022, 31_023] };
      const known = { required: ['input', 'regex'], optional: ['options'], codes, wording: REGEX_WORDING };
      const parts = compileParts(namedOperands(name, operand, known), compile);
      return (context) => {
        const [value, regex, options] = ['input', 'regex', 'options'].map((part) => parts.get(part)?.(context));
        if (!isNullish(value) && typeof value !== 'string') {
          throw new CommandError(51_104, `${name} needs 'input' to be of type string`);
        }
        const source = sourceOf(name, regex, options);
        const pattern = source === undefined ? undefined : patternOf(name, source);
        return isNullish(value) || pattern === undefined ? whenNull : answer({ text: value, pattern });
      };
    },
  ];
}

/** The expression and its options, both checked even when there is nothing to search; undefined without one. */
function sourceOf(name: string, regex: Value | undefined, options: Value | undefined): Regex | undefined {
  if (!isNullish(regex) && typeof regex !== 'string' && !isRegex(regex)) {
    throw new CommandError(51_105, `${name} needs 'regex' to be of type string or regex`);
  }
  if (!isNullish(options) && typeof options !== 'string') {
    throw new CommandError(51_106, `${name} needs 'options' to be of type string`);
  }
  const given = isNullish(options) ? undefined : options;
  if (isRegex(regex) && regex.options !== '' && given !== undefined) {
    throw new CommandError(51_107, `${name}: found regex option(s) specified in both 'regex' and 'option' fields`);
  }
  const written = isRegex(regex) ? regex : { pattern: isNullish(regex) ? '' : regex, options: '' };
  const source: Regex = { kind: 'regex', pattern: written.pattern, options: written.options + (given ?? '') };
  if (source.pattern.includes('\0')) {
    throw new CommandError(51_109, `${name}: regular expression cannot contain an embedded null byte`);
  }
  if (source.options.includes('\0')) {
    throw new CommandError(51_110, `${name}: regular expression options cannot contain an embedded null byte`);
  }
  checkOptions(source.options, name);
  return isNullish(regex) ? undefined : source;
}

function patternOf(name: string, source: Regex): RegExp {
  const key = `${source.options}/${source.pattern}`;
  const known = COMPILED.get(key);
  if (known !== undefined) return known;
  const compiled = globalPattern(name, source);
  if (COMPILED.size >= MAX_COMPILED) COMPILED.clear();
  COMPILED.set(key, compiled);
  return compiled;
}

const MAX_COMPILED = 256;
const COMPILED = new Map<string, RegExp>();

function globalPattern(name: string, source: Regex): RegExp {
  try {
    const compiled = compileRegex(source);
    return new RegExp(compiled.source, `${compiled.flags}g`);
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 51_091) throw error;
    throw new CommandError(51_111, `Invalid Regex in ${name}: ${source.pattern}`);
  }
}

function matchDocument(text: string, match: RegExpExecArray): Value {
  return documentOf([
    ['match', match[0]],
    ['idx', int(Array.from(text.slice(0, match.index)).length)],
    ['captures', capturesOf(match).map((capture) => capture ?? null)],
  ]);
}

function findFirst({ text, pattern }: Search): Value {
  const [match] = text.matchAll(pattern);
  return match === undefined ? null : matchDocument(text, match);
}

/** Every match, but none that is empty behind the last character of a text. */
function findAll({ text, pattern }: Search): Value {
  return Array.from(text.matchAll(pattern))
    .filter((match) => match.index < text.length || match.index === 0)
    .map((match) => matchDocument(text, match));
}

function replacing(
  name: string,
  replace: (text: string, find: string, replacement: string) => string,
): [string, OperatorParser] {
  return [
    name,
    (operand, compile) => {
      const codes = { object: 51_751, unknown: 51_750, missing: [51_749, 51_748, 51_747] };
      const parts = compileParts(
        namedOperands(name, operand, { required: ['input', 'find', 'replacement'], codes, wording: ARGUMENT_WORDING }),
        compile,
      );
      return (context) => {
        const values = REPLACEMENT_PARTS.map(([part, code]) => {
          const value = parts.get(part)?.(context);
          if (isNullish(value) || typeof value === 'string') return value;
          throw new CommandError(code, `${name} requires that '${part}' be a string, found: ${formatValue(value)}`);
        });
        const [input, find, replacement] = values;
        if (isNullish(input) || isNullish(find) || isNullish(replacement)) return null;
        return replace(input, find, replacement);
      };
    },
  ];
}

const REPLACEMENT_PARTS = [
  ['input', 51_746],
  ['find', 51_745],
  ['replacement', 51_744],
] as const;

/** An empty text is found before every character and at the end, never inside one. */
function replaceAll(text: string, find: string, replacement: string): string {
  if (find !== '') return text.replaceAll(find, () => replacement);
  return replacement + Array.from(text, (point) => point + replacement).join('');
}

/** Operators on text with named parts: trimming, replacing, regular expressions. */
export const TEXT_PART_OPERATORS: readonly [string, OperatorParser][] = [
  trimming('$trim', { start: true, end: true }),
  trimming('$ltrim', { start: true, end: false }),
  trimming('$rtrim', { start: false, end: true }),
  replacing('$replaceOne', (text, find, replacement) => text.replace(find, () => replacement)),
  replacing('$replaceAll', replaceAll),
  regexOperator('$regexMatch', false, (search) => findFirst(search) !== null),
  regexOperator('$regexFind', null, findFirst),
  regexOperator('$regexFindAll', [], findAll),
];

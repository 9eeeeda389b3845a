import { problem } from '@parley/contracts';
import { findLanguage, languages } from '@parley/sandbox';
import type { Language, RunLimits } from '@parley/sandbox';
import { cleanLine } from '../clean-text.ts';
import type { CodeRunRequest } from './code-run.ts';

/** Arguments of a program, UTF-16 units of each, and of what it reads from its standard input. */
const mostArgs = 64;
const longestArg = 4_000;
const longestStdin = 1_000_000;

/**
 * The language of code that can be run. Throws `language-not-found`, `body-too-large` or `invalid-request` with a
 * sentence for whoever wrote it, a person or a model.
 */
export function checkRun(
  { lang, code, args, stdin }: Pick<CodeRunRequest, 'lang' | 'code' | 'args' | 'stdin'>,
  { codeBytes }: Pick<RunLimits, 'codeBytes'>,
): Language {
  const language = findLanguage(lang);
  if (language === undefined) throw unknownLanguage(lang);
  const bytes = Buffer.byteLength(code);
  if (bytes > codeBytes) {
    const detail = `The code may have at most ${kilobytes(codeBytes)}; this is ${kilobytes(bytes)}.`;
    throw problem('body-too-large', { detail });
  }
  if (code.trim() === '') throw invalid('There is no code.');
  if (args.length > mostArgs) throw invalid(`There may be at most ${mostArgs} arguments.`);
  if (args.some((arg) => arg.length > longestArg)) throw invalid(`An argument may have ${longestArg} characters.`);
  if (stdin.length > longestStdin) throw invalid(`The standard input may have at most ${longestStdin} characters.`);
  if (args.some((arg) => arg.includes('\0'))) throw invalid('An argument must not have a NUL character.');
  for (const [what, text] of [
    ['The code', code],
    ['The standard input', stdin],
    ...args.map((arg) => ['An argument', arg]),
  ]) {
    if (text?.isWellFormed() === false) throw invalid(`${what} has half a character (a lone surrogate) in it.`);
  }
  return language;
}

function unknownLanguage(lang: string) {
  const known = languages.map(({ id }) => id).join(', ');
  const detail = `There is no language “${cleanLine(lang, 40)}” here. There are ${known}.`;
  return problem('language-not-found', { detail });
}

function invalid(detail: string) {
  return problem('invalid-request', { detail });
}

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KB`;
}

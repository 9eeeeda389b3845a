import type { CodeLanguage } from '@parley/contracts';

/** What people write after a fence for code that can be run by itself. */
const words: Readonly<Record<CodeLanguage, string>> = {
  python: 'python py py3 python3 ipython',
  javascript: 'javascript js mjs cjs node',
  typescript: 'typescript ts mts cts',
  go: 'go golang',
  c: 'c',
  cpp: 'cpp c++ cc cxx',
  java: 'java',
  php: 'php',
  rust: 'rust rs',
  fortran: 'fortran f90 f95',
};

/** The language that the word after a fence means, among those of a list; `undefined` for any other word. */
export function runnableLanguage<L extends { readonly id: CodeLanguage }>(
  word: string,
  languages: readonly L[],
): L | undefined {
  const name = word.toLowerCase().replace(/^\{?\.?|\}$/g, '');
  return languages.find(({ id }) => words[id].split(' ').includes(name));
}

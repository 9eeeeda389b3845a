import { expect, test } from 'vitest';
import { languageIds, languageOf } from './code-languages.ts';
import { loadLanguage } from './load-language.ts';

test.for([...languageIds])('%s can be loaded', async (id) => {
  expect((await loadLanguage(id))?.getLanguage(id)).toBeDefined();
});

test.for([
  ['ts', 'typescript', 'TypeScript'],
  ['TSX', 'typescript', 'TSX'],
  ['c++', 'cpp', 'C++'],
  ['html', 'xml', 'HTML'],
  ['xml', 'xml', 'XML'],
  ['toml', 'ini', 'TOML'],
  ['{.python}', 'python', 'Python'],
  ['text', '', ''],
  ['', '', ''],
  ['brainfuck', '', 'brainfuck'],
  ['constructor', '', 'constructor'],
])('%s is understood', ([word = '', id, label]) => {
  expect(languageOf(word)).toEqual({ id, label });
});

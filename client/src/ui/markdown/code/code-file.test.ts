import { expect, test } from 'vitest';
import { codeFileName } from './code-file.ts';

test.for([
  ['py', 'python', 'code.py'],
  ['TSX', 'typescript', 'code.tsx'],
  ['c++', 'cpp', 'code.cpp'],
  ['html', 'xml', 'code.html'],
  ['docker', 'dockerfile', 'Dockerfile'],
  ['', '', 'code.txt'],
  ['../../etc', '', 'code.txt'],
])('code that is called %s is saved as %s', ([word, language, name]) => {
  expect(codeFileName(word ?? '', language ?? '')).toBe(name);
});

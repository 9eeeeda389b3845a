import { expect, it } from 'vitest';
import { fencedCode } from './fenced-code.ts';

it('finds the code that somebody fenced, wherever it stands', () => {
  const text = [
    'Please run this:',
    '```python title="a"',
    'print(1)',
    '```',
    '- and',
    '  ~~~js',
    '  1 + 1',
    '  ~~~',
    '> ```go',
    '> package main',
    '> ```',
    'but not `this` nor',
    '```',
    'that',
    '```',
    '',
    '    nor this',
    '',
    '```rust',
    'fn main() {}',
  ].join('\n');
  expect(fencedCode(text).map((code) => [code.language, code.text])).toEqual([
    ['python', 'print(1)'],
    ['js', '1 + 1'],
    ['go', 'package main'],
    ['rust', 'fn main() {}'],
  ]);
});

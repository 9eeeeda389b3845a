import { expect, test } from 'vitest';
import { completeInline, PENDING_DESTINATION } from './complete-inline.ts';

const pending = (text: string) => `[${text}](${PENDING_DESTINATION})`;

function complete(text: string): string {
  const { cut, suffix } = completeInline(text);
  return text.slice(0, text.length - cut) + suffix;
}

test.for([
  ['a **b', 'a **b**'],
  ['a **b*', 'a **b**'],
  ['***a**', '***a***'],
  ['**a *b*', '**a *b***'],
  ['**a *b* c', '**a *b* c**'],
  ['_a', '_a_'],
  ['~~a', '~~a~~'],
  ['**Note:** _x', '**Note:** _x_'],
])('open emphasis is closed: %s', ([text = '', expected]) => {
  expect(complete(text)).toBe(expected);
});

test.for([
  '5 * 3',
  'snake_case_name',
  'about ~5 of them',
  '$5 and',
  'a **b** c',
  'it is `code`',
  '[a](b)',
  '[1',
  '[x]',
])('what is nothing unfinished stays as it is: %s', (text) => {
  expect(complete(text).trimEnd()).toBe(text.trimEnd());
});

test.for([
  ['a **', 'a'],
  ['a `', 'a'],
  ['a ![', 'a'],
  ['[ ', ''],
  ['a \\', 'a'],
])('a delimiter nobody can judge yet is hidden: %s', ([text = '', expected]) => {
  expect(complete(text)).toBe(expected);
});

test.for([
  ['a `b', 'a `b`'],
  ['``a`', '``a``'],
  ['**a `b', '**a `b`**'],
])('open code is closed: %s', ([text = '', expected]) => {
  expect(complete(text)).toBe(expected);
});

test.for([
  ['[te', pending('te')],
  ['see [text](htt', `see ${pending('text')}`],
  ['**[text](htt', `**${pending('text')}**`],
  ['[**bold', pending('**bold**')],
  ['[text][re', pending('text')],
])('an unfinished link is inert: %s', ([text = '', expected]) => {
  expect(complete(text)).toBe(expected);
});

test('an unfinished picture is not shown', () => {
  expect(complete('see ![alt](htt')).toBe('see ');
});

test.for([
  ['\\(x + y', '`\\(x + y`'],
  ['a $$x', 'a `$$x`'],
  ['**a \\[b', '**a `\\[b`**'],
])('an unfinished formula is shown as its source: %s', ([text = '', expected]) => {
  expect(complete(text)).toBe(expected);
});

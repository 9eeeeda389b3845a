import { assert, pre, property, string } from 'fast-check';
import { expect, it } from 'vitest';
import { fillInPrompt, promptVariables } from './prompt-variables.ts';

const special = {
  current_date: '2026-11-21',
  current_datetime: '2026-11-21 10:00',
  current_user: 'Ada',
  iso_datetime: '2026-11-21T10:00:00.000Z',
};

function fill(text: string, given: Record<string, string> = {}): string {
  return fillInPrompt(text, { given: new Map(Object.entries(given)), special });
}

it('finds each variable once, with its default or its choices', () => {
  expect(promptVariables('{{ a }} {{b:Yes: please}} {{c: x | y|x }} {{a:later}} {{current_date}}')).toEqual([
    { name: 'a', initial: '' },
    { name: 'b', initial: 'Yes: please' },
    { name: 'c', choices: ['x', 'y'], initial: 'x' },
  ]);
});

it('finds none in braces that are none', () => {
  expect(promptVariables('{a} {{}} {{ }} {{a\nb}} {{{x}} }} {{:x}} \\{\\{')).toEqual([{ name: 'x', initial: '' }]);
});

it('puts values, defaults and what it knows itself in their places', () => {
  expect(fill('{{a}}-{{b:two}}-{{c:x|y}}-{{Current_User}}-{{gone}}', { a: '1' })).toBe('1-two-x-Ada-{{gone}}');
});

it('never reads what was put in', () => {
  expect(fill('{{a}} {{b}}', { a: '{{b}}', b: '$& $1 {{current_user}}' })).toBe('{{b}} $& $1 {{current_user}}');
  expect(fill('{{__proto__}} {{constructor}}', { a: 'x' })).toBe('{{__proto__}} {{constructor}}');
});

it('leaves text without braces as it is', () => {
  assert(
    property(string(), (text) => {
      pre(!text.includes('{{'));
      expect(fill(text)).toBe(text);
    }),
  );
});

it('reads ten thousand variables and a wall of braces at once', () => {
  const many = Array.from({ length: 10_000 }, (_none, index) => `{{v${index}}}`).join(' ');
  expect(promptVariables(many)).toHaveLength(10_000);
  expect(promptVariables('{'.repeat(200_000))).toEqual([]);
});

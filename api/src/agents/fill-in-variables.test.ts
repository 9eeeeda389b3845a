import { expect, it } from 'vitest';
import { fillInVariables, namesTime } from './fill-in-variables.ts';

const variables = { at: new Date('2026-11-20T19:30:05.123Z'), userName: 'Ada $& {{current_date}}' };

it.each([
  ['Today is {{current_date}}.', 'Today is 2026-11-20.'],
  ['It is {{ current_datetime }}.', 'It is 2026-11-20 19:30:05 UTC.'],
  ['Greet {{current_user}}!', 'Greet Ada $& {{current_date}}!'],
  ['{{unknown}} {current_date} {{CURRENT_DATE}}', '{{unknown}} {current_date} {{CURRENT_DATE}}'],
  ['{{current_date}} and {{current_date}}', '2026-11-20 and 2026-11-20'],
])('makes of %s', (text, filled) => {
  expect(fillInVariables(text, variables)).toBe(filled);
});

it('knows whether a text depends on the time', () => {
  expect(namesTime('Greet {{current_user}} on {{current_date}}')).toBe(true);
  expect(namesTime('Greet {{current_user}}')).toBe(false);
});

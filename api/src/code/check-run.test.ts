import { ProblemError } from '@parley/contracts';
import { defaultLimits, languages } from '@parley/sandbox';
import { expect, it } from 'vitest';
import { checkRun } from './check-run.ts';

const run = { lang: 'py', code: 'print(1)', args: [], stdin: '' };

function refusalOf(asked: Partial<Parameters<typeof checkRun>[0]>): string | undefined {
  try {
    checkRun({ ...run, ...asked }, defaultLimits);
    return undefined;
  } catch (error) {
    return error instanceof ProblemError ? `${error.code}: ${error.message}` : String(error);
  }
}

it('knows languages by all their names, in any case', () => {
  const names = languages.flatMap(({ id, aliases }) => [id, ...aliases].map((name) => [name, id]));
  for (const [name = '', id] of names) {
    expect(checkRun({ ...run, lang: ` ${name.toUpperCase()} ` }, defaultLimits).id).toBe(id);
  }
});

it.each(['d', 'r', 'bash', 'sh', 'ruby', '', '__proto__', 'constructor'])('refuses the language “%s”', (lang) => {
  const all = languages.map(({ id }) => id).join(', ');
  expect(refusalOf({ lang })).toBe(`language-not-found: There is no language “${lang}” here. There are ${all}.`);
});

it('measures code in bytes, not in characters', () => {
  const { codeBytes } = defaultLimits;
  expect(refusalOf({ code: 'x'.repeat(codeBytes) })).toBeUndefined();
  expect(refusalOf({ code: `${'x'.repeat(codeBytes - 1)}é` })).toMatch(
    /^body-too-large: .* at most 256 KB; this is 257 KB/,
  );
});

it('refuses what no program can be given', () => {
  expect(refusalOf({ code: '\n\t ' })).toBe('invalid-request: There is no code.');
  expect(refusalOf({ args: ['ok', 'not\0ok'] })).toMatch(/NUL/);
  for (const broken of [{ code: 'a\ud800' }, { stdin: '\udfffa' }, { args: ['\ud83d'] }]) {
    expect(refusalOf(broken)).toMatch(/half a character/);
  }
  expect(refusalOf({ code: 'print("😀")', stdin: '\0', args: [''] })).toBeUndefined();
});

import { languages } from '@parley/sandbox';
import { expect, it } from 'vitest';
import { executeCodeText } from './execute-code.ts';

/** Beyond that, models are told only the beginning. */
const longestDescription = 1_024;

it('tells models the whole contract, within what they are told', () => {
  const { description } = executeCodeText(
    languages.map(({ id }) => id),
    { runSeconds: 600 },
  );
  expect(description.length).toBeLessThanOrEqual(longestDescription);
  for (const rule of ['/mnt/data', '/tmp', 'fresh process', 'Print', 'savefig', 'no network', 'never link']) {
    expect(description).toContain(rule);
  }
});

it('names the languages that are ready, and no packages of those that are not', () => {
  const { description, inputSchema } = executeCodeText(['go', 'rust'], { runSeconds: 30 });
  expect(description).not.toContain('Python');
  expect(inputSchema).toMatchObject({ properties: { lang: { description: 'One of go, rust.' } } });
});

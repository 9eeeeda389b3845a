import { expect, test } from 'vitest';
import { describeStatus } from './describe-status.ts';

const engine = { name: 'Docker', version: '28.0.0', runtime: 'runc' };
const images = new Map([['python', { versions: { python: '3.13' } }] as const]);

test('a language whose image is missing is off, the others are not', () => {
  const { enabled, languages } = describeStatus({ usable: true, engine, images });
  expect(enabled).toBe(true);
  expect(languages.find(({ id }) => id === 'python')).toMatchObject({ ready: true, version: '3.13' });
  expect(languages.find(({ id }) => id === 'go')).toMatchObject({
    ready: false,
    reason: 'The image go is not built. What helps: npm run sandbox build go',
  });
});

test('of an engine that did not answer nobody says which images it has', () => {
  const reason = 'Docker is not running.';
  const status = describeStatus({ usable: false, reason, remedy: 'start it', images: new Map() });
  expect(status).toMatchObject({ enabled: false, reason, remedy: 'start it' });
  expect(new Set(status.languages.map((language) => language.reason))).toEqual(new Set([reason]));
});

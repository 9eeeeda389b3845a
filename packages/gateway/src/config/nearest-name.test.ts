import { expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

it('finds what a misspelt name was meant to be', () => {
  expect(nearestName('baseUrl', ['apiKey', 'baseURL'])).toBe('baseURL');
  expect(nearestName('endpoint', ['endpoints', 'interface'])).toBe('endpoints');
});

it('finds nothing when nothing is near', () => {
  expect(nearestName('colour', ['apiKey', 'baseURL'])).toBeUndefined();
  expect(nearestName('x', [])).toBeUndefined();
});

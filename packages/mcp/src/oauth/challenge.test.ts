import { describe, expect, it } from 'vitest';
import { readChallenge } from './challenge.ts';

describe('a challenge', () => {
  it.each([
    ['Bearer scope="a b"', { scope: 'a b', isInsufficientScope: false }],
    ['bearer scope=a', { scope: 'a', isInsufficientScope: false }],
    ['Bearer error="insufficient_scope", scope="a"', { scope: 'a', isInsufficientScope: true }],
    [
      'Basic realm="x", Bearer resource_metadata="https://a.example/b"',
      {
        resourceMetadataUrl: 'https://a.example/b',
        isInsufficientScope: false,
      },
    ],
    ['Basic realm="x"', { isInsufficientScope: false }],
    ['Bearer', { isInsufficientScope: false }],
    ['Bearer resource_metadata="nowhere", scope=""', { isInsufficientScope: false }],
    ['', { isInsufficientScope: false }],
    [null, { isInsufficientScope: false }],
  ])('%j is read', (header, challenge) => {
    expect(readChallenge(header)).toEqual(challenge);
  });
});

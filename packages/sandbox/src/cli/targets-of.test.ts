import { expect, test } from 'vitest';
import { imageTargets } from '../images/image-tags.ts';
import { languagesOf, targetsOf } from './targets-of.ts';

test('no name means everything', () => {
  expect(targetsOf([])).toEqual(imageTargets);
  expect(languagesOf([])).toHaveLength(10);
});

test('languages that share an image name it once, and images go by their own names too', () => {
  expect(targetsOf(['js', 'TypeScript', 'c++', 'node'])).toEqual(['node', 'cpp']);
  expect(languagesOf(['py', 'python']).map((language) => language.id)).toEqual(['python']);
});

test('an unknown name is refused with those there are', () => {
  expect(() => targetsOf(['ruby'])).toThrow(/no language "ruby".*python/);
});

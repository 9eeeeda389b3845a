import { expect, test } from 'vitest';
import { debianMirrors } from './debian-mirrors.ts';

const own = { main: 'http://deb.debian.org/debian', security: 'http://deb.debian.org/debian-security' };

test('reads the deb822 form', () => {
  const sources = `Types: deb
URIs: http://mirror.example/debian/
Suites: bookworm

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security`;

  expect(debianMirrors([sources])).toEqual({
    main: 'http://mirror.example/debian',
    security: 'http://mirror.example/debian-security',
  });
});

test('reads lines of the old form, and passes over what is commented out or not Debian', () => {
  const sources = `# deb http://old.example/debian bookworm main
deb [arch=amd64] http://mirror.example/debian bookworm main
deb https://packages.example/apt tool main`;

  expect(debianMirrors(['', sources])).toEqual({ ...own, main: 'http://mirror.example/debian' });
});

test('takes Debian’s own where there is none, or only an encrypted one', () => {
  expect(debianMirrors([])).toEqual(own);
  expect(debianMirrors(['deb https://mirror.example/debian bookworm main'])).toEqual(own);
});

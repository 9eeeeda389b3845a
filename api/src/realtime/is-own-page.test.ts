import type { IncomingHttpHeaders } from 'node:http';
import { expect, it } from 'vitest';
import { isOwnPage } from './is-own-page.ts';

const host = 'chat.example:3080';

const cases: [string, IncomingHttpHeaders, boolean, boolean][] = [
  ['a program that is no browser', { host }, false, true],
  ['our own page', { host, 'sec-fetch-site': 'same-origin' }, false, true],
  ['our own page in a browser that says only its origin', { host, origin: `http://${host}` }, false, true],
  ['another website', { host, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, false, false],
  ['another website that says only its origin', { host, origin: 'https://evil.example' }, false, false],
  ['another port of our host', { host, origin: 'http://chat.example:81', 'sec-fetch-site': 'same-site' }, false, false],
  ['another website that hides its origin', { host, 'sec-fetch-site': 'cross-site' }, false, false],
  ['a page without an origin', { host, origin: 'null' }, false, false],
  [
    'our own page behind a proxy',
    { host: 'api:3080', 'x-forwarded-host': host, origin: `https://${host}` },
    true,
    true,
  ],
  [
    'a claim of a proxy where there is none',
    { host: 'api', 'x-forwarded-host': host, origin: `https://${host}` },
    false,
    false,
  ],
];

it.each(cases)('%s', (_who, headers, behindProxy, isOwn) => {
  expect(isOwnPage(headers, behindProxy)).toBe(isOwn);
});

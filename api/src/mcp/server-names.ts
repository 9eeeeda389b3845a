import { randomBytes } from 'node:crypto';

/** Names with numbers that are tried before a random one is taken. */
const mostNumbers = 9;

/** Names for a server with this title, the nicest first. */
export function* namesFor(title: string): Generator<string> {
  const name = nameOf(title);
  yield name;
  for (let number = 2; number <= mostNumbers; number += 1) yield `${name}-${number}`;
  yield `${name}-${randomBytes(4).toString('hex')}`;
}

function nameOf(title: string): string {
  const plain = title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'server' : plain;
}

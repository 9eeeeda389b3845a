import { expect, test } from 'vitest';
import { failuresIn } from './self-test.ts';

const good = {
  print: 'yes',
  user: '1000',
  CapEff: '0000000000000000',
  NoNewPrivs: '1',
  Seccomp: '2',
  root: 'ro',
  system: 'closed',
  networks: '',
  internet: 'unreachable',
  memory: '137',
  processes: '2',
};

const lines = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

test('a box that holds has no failures', () => {
  expect(failuresIn(lines(good), false)).toEqual([]);
});

test.each(Object.keys(good))('a box that does not tell of %s fails', (name) => {
  const rest = Object.fromEntries(Object.entries(good).filter(([other]) => other !== name));
  expect(failuresIn(lines(rest), false)).toHaveLength(1);
});

test.each([
  ['CapEff', '00000000a80425fb', 'programs have capabilities'],
  ['NoNewPrivs', '0', 'programs can get more rights'],
  ['Seccomp', '0', 'system calls are not filtered'],
  ['root', 'rw', 'the system in the container is not read-only'],
  ['networks', 'eth0:', 'programs have a network'],
  ['internet', 'open', 'programs can reach the internet'],
  ['memory', '0', 'the limit of memory does not hold'],
  ['processes', '0', 'the limit of processes does not hold'],
])('%s=%s means that %s', (name, value, words) => {
  expect(failuresIn(lines({ ...good, [name]: value }), false)).toEqual([words]);
});

test('a box with a kernel of its own shows no filter', () => {
  expect(failuresIn(lines({ ...good, Seccomp: '0', NoNewPrivs: '' }), true)).toEqual([]);
});

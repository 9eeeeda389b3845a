import { describe, expect, it } from 'vitest';
import { parseRedisAddress } from './redis-address.ts';

const open = { tls: false };

describe('the address of a Redis', () => {
  it.each([
    ['redis://localhost', { kind: 'single', access: open, node: { host: 'localhost', port: 6379 }, db: 0 }],
    ['redis://localhost:7000/', { kind: 'single', access: open, node: { host: 'localhost', port: 7000 }, db: 0 }],
    ['redis://[::1]:7000/3', { kind: 'single', access: open, node: { host: '::1', port: 7000 }, db: 3 }],
    [
      'rediss://eva:p%40ss%2Fword@redis.example',
      {
        kind: 'single',
        access: { username: 'eva', password: 'p@ss/word', tls: true },
        node: { host: 'redis.example', port: 6379 },
        db: 0,
      },
    ],
    [
      'redis://:secret@h',
      { kind: 'single', access: { password: 'secret', tls: false }, node: { host: 'h', port: 6379 }, db: 0 },
    ],
  ])('is one process: %s', (uri, address) => {
    expect(parseRedisAddress(uri)).toEqual(address);
  });

  it('is a Cluster when there are several', () => {
    expect(parseRedisAddress('redis://:secret@one:7001, redis://two:7002')).toEqual({
      kind: 'cluster',
      access: { password: 'secret', tls: false },
      nodes: [
        { host: 'one', port: 7001 },
        { host: 'two', port: 7002 },
      ],
    });
  });

  it('is a master that Sentinels know', () => {
    expect(parseRedisAddress('rediss+sentinel://eva:secret@one:26380,two/mymaster/2')).toEqual({
      kind: 'sentinel',
      access: { username: 'eva', password: 'secret', tls: true },
      nodes: [
        { host: 'one', port: 26_380 },
        { host: 'two', port: 26_379 },
      ],
      master: 'mymaster',
      db: 2,
    });
  });

  it.each([
    '',
    'localhost:6379',
    'http://localhost',
    'redis://',
    'redis://localhost:70000',
    'redis://localhost/x',
    'redis://localhost?family=6',
    'redis://a%zz@localhost',
    'redis://one,two',
    'redis://one,',
    'redis://one/1,redis://two/1',
    'redis://one,rediss://two',
    'redis+sentinel://one:26379',
    'redis+sentinel://one:26379/',
    'redis+sentinel://one,/mymaster',
    'redis+sentinel://one:x/mymaster',
  ])('is nothing else: %s', (uri) => {
    expect(parseRedisAddress(uri)).toBeUndefined();
  });
});

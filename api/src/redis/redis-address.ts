/** One Redis process. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** Who enters, and whether the way is encrypted. */
export interface RedisAccess {
  readonly username?: string;
  readonly password?: string;
  readonly tls: boolean;
}

/** Where a Redis is: one process, a Cluster known by some of its nodes, or a master that Sentinels know by its name. */
export type RedisAddress =
  | { readonly kind: 'single'; readonly access: RedisAccess; readonly node: RedisNode; readonly db: number }
  | { readonly kind: 'cluster'; readonly access: RedisAccess; readonly nodes: readonly RedisNode[] }
  | {
      readonly kind: 'sentinel';
      readonly access: RedisAccess;
      readonly nodes: readonly RedisNode[];
      readonly master: string;
      readonly db: number;
    };

const redisPort = 6_379;
const sentinelPort = 26_379;
const pathPattern = /^\/?(\d{0,5})$/;
const sentinelPattern = /^(rediss?)\+sentinel:\/\/((?:[^@/?#]*@)?)([^@/?#]+)\/([\w.-]+)(\/\d{0,5})?$/;

/**
 * Reads `redis://[user:password@]host[:port][/db]`, the same with `rediss`, several of them with commas between (a
 * Cluster, entered with the first one's credentials), or `redis+sentinel://[user:password@]host[:port],…/master[/db]`.
 * `undefined` for anything else.
 */
export function parseRedisAddress(uri: string): RedisAddress | undefined {
  const sentinel = parseSentinels(uri);
  if (sentinel !== undefined) return sentinel;
  const parts = uri.split(',').map((part) => parseSingle(part.trim()));
  const singles = parts.filter((part) => part !== undefined);
  const [first] = singles;
  if (first === undefined || singles.length < parts.length) return undefined;
  if (singles.length === 1) return first;
  // A Cluster has the database 0 only, and all its nodes are reached in the same way.
  if (singles.some(({ db, access }) => db !== 0 || access.tls !== first.access.tls)) return undefined;
  return { kind: 'cluster', access: first.access, nodes: singles.map(({ node }) => node) };
}

function parseSingle(text: string): Extract<RedisAddress, { kind: 'single' }> | undefined {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'redis:' && url.protocol !== 'rediss:')) return undefined;
  const db = pathPattern.exec(url.pathname)?.[1];
  const access = accessOf(url.username, url.password, url.protocol === 'rediss:');
  if (db === undefined || access === undefined || url.hostname === '' || url.search + url.hash !== '') return undefined;
  return { kind: 'single', access, node: nodeOf(url, redisPort), db: Number(db) };
}

function parseSentinels(text: string): RedisAddress | undefined {
  const [, scheme, credentials = '', hosts = '', master, path = ''] = sentinelPattern.exec(text) ?? [];
  if (scheme === undefined || master === undefined) return undefined;
  const urls = hosts.split(',').map((host) => URL.parse(`redis://${host.trim()}`));
  const known = urls.filter((url) => url !== null).filter((url) => url.hostname !== '' && url.pathname === '');
  const entrance = URL.parse(`redis://${credentials}host`);
  const access = accessOf(entrance?.username ?? '', entrance?.password ?? '', scheme === 'rediss');
  if (access === undefined || known.length < urls.length) return undefined;
  const nodes = known.map((url) => nodeOf(url, sentinelPort));
  return { kind: 'sentinel', access, nodes, master, db: Number(path.slice(1)) };
}

function nodeOf({ hostname, port }: URL, usualPort: number): RedisNode {
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? usualPort : Number(port) };
}

function accessOf(username: string, password: string, tls: boolean): RedisAccess | undefined {
  try {
    return {
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      tls,
    };
  } catch {
    // A stray percent sign.
    return undefined;
  }
}

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface ServeOptions {
  readonly store:
    | { readonly kind: 'sqlite'; readonly path: string }
    | { readonly kind: 'redis'; readonly addresses: readonly string[]; readonly keyPrefix: string | undefined };
  readonly host: string;
  readonly port: number;
  readonly longPollMs: number | undefined;
  readonly allowOrigin: string | undefined;
}

/** A command line that cannot be meant; the message says why in a sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `Serves Durable Streams at http://HOST:PORT/v1/stream/NAME.

  --store sqlite|redis   where the streams are kept (sqlite)
  --path FILE            the file of sqlite, or :memory: (streams.sqlite)
  --redis URL            redis://[user:password@]host[:port][/db], or nodes of a Cluster with commas between
                         (redis://127.0.0.1:6379)
  --key-prefix TEXT      start of every key in Redis (stream-log)
  --host HOST            who may connect; there is no other access control (127.0.0.1)
  --port PORT            0 for a free one (4437)
  --long-poll-ms MS      longest wait of a long-poll (20000)
  --allow-origin ORIGIN  pages that may use the streams, or * (none but its own)
  --help`;

const optionTypes = {
  store: { type: 'string', default: 'sqlite' },
  path: { type: 'string' },
  redis: { type: 'string' },
  'key-prefix': { type: 'string' },
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '4437' },
  'long-poll-ms': { type: 'string' },
  'allow-origin': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * Reads the command line; `help` when that is what it asks for. Files are found from `folder`. Throws `UsageError` for
 * unknown options, missing or impossible values, and options of the other store.
 */
export function parseServeOptions(args: readonly string[], folder: string): ServeOptions | 'help' {
  const values = parseOptions(args);
  if (values.help === true) return 'help';
  const empty = Object.entries(values).find(([, value]) => value === '');
  if (empty !== undefined) throw new UsageError(`--${empty[0]} needs a value.`);
  return {
    store: storeOf(values, folder),
    host: values.host,
    port: numberOf('port', values.port, 65_535),
    longPollMs:
      values['long-poll-ms'] === undefined ? undefined : numberOf('long-poll-ms', values['long-poll-ms'], 600_000),
    allowOrigin: values['allow-origin'],
  };
}

function parseOptions(args: readonly string[]) {
  // Some versions of pnpm pass their own separator on.
  const given = args[0] === '--' ? args.slice(1) : [...args];
  try {
    return parseArgs({ args: given, options: optionTypes }).values;
  } catch (error) {
    // Node's message goes on with advice about arguments that this command does not have.
    const [sentence = ''] = error instanceof Error ? error.message.split(/\.\s|\n/) : [];
    throw new UsageError(`${sentence}. See --help.`, { cause: error });
  }
}

function storeOf(values: ReturnType<typeof parseOptions>, folder: string): ServeOptions['store'] {
  const { store, path = 'streams.sqlite', redis = 'redis://127.0.0.1:6379' } = values;
  if (store === 'sqlite') {
    if (values.redis !== undefined) throw new UsageError('--redis goes with --store redis.');
    return { kind: 'sqlite', path: path === ':memory:' ? path : resolve(folder, path) };
  }
  if (store !== 'redis') throw new UsageError('--store must be sqlite or redis.');
  if (values.path !== undefined) throw new UsageError('--path goes with --store sqlite.');
  const addresses = redis.split(',').map((address) => address.trim());
  const protocols = new Set(addresses.map((address) => URL.parse(address)?.protocol));
  if (protocols.size > 1 || (!protocols.has('redis:') && !protocols.has('rediss:'))) {
    throw new UsageError('--redis must be a redis:// or rediss:// URL.');
  }
  return { kind: 'redis', addresses, keyPrefix: values['key-prefix'] };
}

function numberOf(name: string, text: string, largest: number): number {
  const value = Number(text);
  if (/^[0-9]+$/.test(text) && value <= largest) return value;
  throw new UsageError(`--${name} must be a whole number of 0 to ${largest}.`);
}

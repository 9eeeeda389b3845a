import { isIP } from 'node:net';
import * as z from 'zod/mini';
import { evaluateArithmetic } from './arithmetic.ts';
import { readEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';
import type { Mistake } from './mistake.ts';
import { parseRedisAddress } from '../redis/redis-address.ts';

const secretCommand = (name: string): string =>
  `run: node -e "console.log('${name}=' + require('crypto').randomBytes(32).toString('hex'))" and put the line it prints into .env`;

/** A whole number; sums such as `1000 * 60 * 15` are worked out. */
function wholeNumber(minimum: number, maximum: number) {
  const error = `must be a whole number from ${minimum} to ${maximum}`;
  return z.pipe(
    z.pipe(z.string(), z.transform(evaluateArithmetic)),
    z.int(error).check(z.minimum(minimum, error), z.maximum(maximum, error)),
  );
}

const flag = z.stringbool({ error: 'must be true or false' });
const text = z.string().check(z.trim());
const secret = z.string().check(z.minLength(32, 'must have at least 32 characters'));
const hostName = text.check(z.regex(/^[\w.:-]+$/, 'must be a host name or an IP address, without http:// and port'));
const port = wholeNumber(0, 65_535);
const switchedPort = z.pipe(
  z.pipe(
    z.string(),
    z.transform((value) => (value.trim() === 'off' ? '0' : value)),
  ),
  port,
);
const minute = 60_000;
const day = 24 * 60 * minute;

const trustProxy = z.pipe(
  text.check(
    z.refine(
      (value) => /^\d$/.test(value) || value === 'false' || value.split(',').every(isProxyAddress),
      'must be the number of proxies in front of Parley, or their addresses with commas between',
    ),
  ),
  z.transform((value) => (/^\d$/.test(value) ? Number(value) : value === 'false' ? 0 : value)),
);

/** An origin; LibreChat's files often have a slash behind it. */
const publicAddress = z.pipe(
  text.check(
    z.refine((value) => {
      const url = URL.parse(value);
      return url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
    }, 'must be an address that begins with http:// or https://, without a path'),
  ),
  z.transform((value) => new URL(value).origin),
);

/** Of a service, maybe with a path; a key in it would be logged. */
const serviceAddress = text.check(
  z.refine((value) => {
    const url = URL.parse(value);
    return url !== null && /^https?:$/.test(url.protocol) && `${url.username}${url.password}${url.search}` === '';
  }, 'must be an address that begins with http:// or https://, without a name, password or question mark'),
);

/** Origins with commas between, as a content security policy names them: with a wildcard or a port, without a path. */
const sourceList = z.pipe(
  text.check(
    z.refine(
      (value) => listOf(value).every((host) => /^(?:https?|wss?):\/\/(?:\*\.)?[a-z\d.-]+(?::\d+)?$/.test(host)),
      'must be addresses such as https://cdn.example.com with commas between, without a path',
    ),
  ),
  z.transform(listOf),
);

function listOf(value: string): string[] {
  return value
    .toLowerCase()
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '');
}

const variablesSchema = z.object({
  HOST: z._default(hostName, '127.0.0.1'),
  PORT: z._default(port, 3080),
  TRUST_PROXY: z._default(trustProxy, 0),
  DOMAIN_SERVER: z.optional(publicAddress),
  APP_FRAME_PORT: z.optional(switchedPort),
  APP_FRAME_URL: z.optional(publicAddress),
  APP_FRAME_HOSTS: z._default(sourceList, []),
  APP_TITLE: z._default(text.check(z.maxLength(60, 'must have at most 60 characters')), 'Parley'),
  LOG_LEVEL: z.optional(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be one of fatal, error, warn, info, debug, trace, silent',
    }),
  ),
  CONFIG_PATH: z._default(
    text.check(z.refine((value) => !URL.canParse(value), 'must be the path of a file on this machine, not an address')),
    'librechat.yaml',
  ),
  PARLEY_DATA_DIR: z._default(text, 'data'),
  MONGO_URI: z.optional(
    text.check(z.regex(/^mongodb(\+srv)?:\/\/\S+$/, 'must begin with mongodb:// or mongodb+srv://')),
  ),
  REDIS_URI: z.optional(
    text.check(
      z.refine(
        (value) => parseRedisAddress(value) !== undefined,
        'must be the address of a Redis, those of a Cluster with commas between, or redis+sentinel://host:port/master',
      ),
    ),
  ),
  MEILI_HOST: z.optional(serviceAddress),
  MEILI_MASTER_KEY: z.optional(text),
  MEILI_INDEX: z._default(
    text.check(z.regex(/^[\w-]{1,400}$/, 'must be letters, digits, hyphens and underscores')),
    'parley',
  ),
  JWT_SECRET: z.optional(secret),
  JWT_REFRESH_SECRET: z.optional(secret),
  CREDS_KEY: z.optional(secret),
  SESSION_EXPIRY: z._default(wholeNumber(10_000, day), 15 * minute),
  REFRESH_TOKEN_EXPIRY: z._default(wholeNumber(minute, 365 * day), 7 * day),
  ALLOW_REGISTRATION: z._default(flag, true),
  LOGIN_MAX: z._default(wholeNumber(1, 1_000_000), 7),
  LOGIN_WINDOW: z._default(wholeNumber(1, 1_440), 5),
  REGISTER_MAX: z._default(wholeNumber(1, 1_000_000), 5),
  REGISTER_WINDOW: z._default(wholeNumber(1, 1_440), 60),
  GATEWAY_ENABLED: z._default(flag, true),
  GATEWAY_HOST: z._default(hostName, '127.0.0.1'),
  GATEWAY_PORT: z._default(port, 8081),
  AWS_BUCKET_NAME: z.optional(text),
  AWS_REGION: z._default(text, 'us-east-1'),
  AWS_ENDPOINT_URL: z.optional(text),
  AWS_ACCESS_KEY_ID: z.optional(text),
  AWS_SECRET_ACCESS_KEY: z.optional(text),
  AWS_FORCE_PATH_STYLE: z._default(flag, false),
  CODE_INTERPRETER: z._default(flag, true),
  SANDBOX_URL: z.optional(publicAddress),
  SANDBOX_TOKEN: z.optional(secret),
  SANDBOX_RUNTIME: z.optional(text.check(z.regex(/^[\w.-]+$/, 'must be the name of a runtime of the Docker engine'))),
  SANDBOX_CONCURRENCY: z.optional(wholeNumber(1, 1_000)),
  SANDBOX_PER_PERSON: z.optional(wholeNumber(1, 1_000)),
  SANDBOX_RUN_SECONDS: z._default(wholeNumber(1, 600), 30),
  DOCKER_HOST: z.optional(
    text.check(z.regex(/^(?:unix:\/\/\/\S+|tcp:\/\/[\w.-]+(?::\d+)?)$/, 'must be unix:///path or tcp://host:port')),
  ),
});

/** The settings of Parley's own that come from variables; durations in milliseconds but for the two `_WINDOW`s, in minutes. */
export type Variables = z.infer<typeof variablesSchema>;

/** Names of the variables in `Variables`. */
export const variableNames: readonly string[] = Object.keys(variablesSchema.shape);

/** What to write instead of a wrong value, by variable. */
const examples: Readonly<Record<string, string>> = {
  HOST: 'HOST=127.0.0.1',
  PORT: 'PORT=3080',
  TRUST_PROXY: 'TRUST_PROXY=1',
  DOMAIN_SERVER: 'DOMAIN_SERVER=https://chat.example.com',
  APP_FRAME_PORT: 'APP_FRAME_PORT=3081, or APP_FRAME_PORT=off',
  APP_FRAME_URL: 'APP_FRAME_URL=https://apps.example.net',
  APP_FRAME_HOSTS: 'APP_FRAME_HOSTS=https://cdn.example.com',
  APP_TITLE: 'APP_TITLE=Parley',
  LOG_LEVEL: 'LOG_LEVEL=info',
  CONFIG_PATH: 'CONFIG_PATH=librechat.yaml',
  MONGO_URI: 'MONGO_URI=mongodb://localhost:27017/parley, or leave it empty for the built-in store',
  REDIS_URI: 'REDIS_URI=redis://localhost:6379, or leave it empty to do without',
  MEILI_HOST: 'MEILI_HOST=http://localhost:7700, or leave it empty for the built-in search',
  MEILI_INDEX: 'MEILI_INDEX=parley',
  JWT_SECRET: secretCommand('JWT_SECRET'),
  JWT_REFRESH_SECRET: secretCommand('JWT_REFRESH_SECRET'),
  CREDS_KEY: secretCommand('CREDS_KEY'),
  SESSION_EXPIRY: 'SESSION_EXPIRY=1000 * 60 * 15',
  REFRESH_TOKEN_EXPIRY: 'REFRESH_TOKEN_EXPIRY=1000 * 60 * 60 * 24 * 7',
  ALLOW_REGISTRATION: 'ALLOW_REGISTRATION=true',
  LOGIN_MAX: 'LOGIN_MAX=7',
  LOGIN_WINDOW: 'LOGIN_WINDOW=5',
  REGISTER_MAX: 'REGISTER_MAX=5',
  REGISTER_WINDOW: 'REGISTER_WINDOW=60',
  GATEWAY_ENABLED: 'GATEWAY_ENABLED=true',
  GATEWAY_HOST: 'GATEWAY_HOST=127.0.0.1',
  GATEWAY_PORT: 'GATEWAY_PORT=8081',
  AWS_FORCE_PATH_STYLE: 'AWS_FORCE_PATH_STYLE=true',
  CODE_INTERPRETER: 'CODE_INTERPRETER=true',
  SANDBOX_URL: 'SANDBOX_URL=http://sandbox:8082',
  SANDBOX_TOKEN: secretCommand('SANDBOX_TOKEN'),
  SANDBOX_RUNTIME: 'SANDBOX_RUNTIME=runsc',
  SANDBOX_CONCURRENCY: 'SANDBOX_CONCURRENCY=4',
  SANDBOX_PER_PERSON: 'SANDBOX_PER_PERSON=2',
  SANDBOX_RUN_SECONDS: 'SANDBOX_RUN_SECONDS=30',
  DOCKER_HOST: 'DOCKER_HOST=unix:///var/run/docker.sock',
};

/** The variables of this process and of the `.env` file of the install. The only place that reads `process.env`. */
export function readProcessEnvironment(installRoot: string): Environment {
  return readEnvironment(installRoot, process.env);
}

interface VariablesOutcome {
  /** Present when there are no mistakes. */
  readonly variables?: Variables;
  readonly mistakes: readonly Mistake[];
}

/** Checks the variables; reports every mistake and, if there is none, the settings. */
export function parseVariables(environment: Environment): VariablesOutcome {
  const parsed = variablesSchema.safeParse(environment.values);
  const issues = parsed.success ? [] : parsed.error.issues;
  const mistakes = [
    ...environment.mistakes,
    ...issues.map(({ path: [name], message }) => mistakeOf(environment, String(name), message)),
    ...missingSecrets(environment),
  ];
  return parsed.success && mistakes.length === 0 ? { variables: parsed.data, mistakes } : { mistakes };
}

function mistakeOf(environment: Environment, name: string, message: string): Mistake {
  return { place: environment.placeOf(name), subject: name, message, fix: examples[name] ?? `leave ${name} empty` };
}

/** Replicas that share a database must share their keys, so none of them may make up its own. */
function missingSecrets(environment: Environment): Mistake[] {
  if (environment.values['MONGO_URI'] === undefined) return [];
  return ['JWT_SECRET', 'JWT_REFRESH_SECRET', 'CREDS_KEY']
    .filter((name) => environment.values[name] === undefined)
    .map((name) =>
      mistakeOf(
        environment,
        name,
        'must be given when MONGO_URI is set, so that all servers of one database use the same key',
      ),
    );
}

const proxyNetworks = new Set(['loopback', 'linklocal', 'uniquelocal']);

function isProxyAddress(value: string): boolean {
  const [address = '', prefix, ...rest] = value.trim().split('/');
  if (proxyNetworks.has(value.trim())) return true;
  const longest = isIP(address) === 4 ? 32 : 128;
  const isPrefix = prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= longest);
  return isIP(address) !== 0 && rest.length === 0 && isPrefix;
}

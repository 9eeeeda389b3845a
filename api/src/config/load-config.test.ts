import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { variableNames } from './env.ts';
import { readEnvironment } from './environment.ts';
import { loadConfig } from './load-config.ts';
import { formatMistake } from './mistake.ts';
import { gatewayVariables } from './unused-variables.ts';

const yaml = `version: "1.3.17"
endpoints:
  custom:
    - name: "Parley"
      apiKey: "parley"
      baseURL: "http://127.0.0.1:8081/v1"
      models:
        default: ["chat-fast", "chat-quality"]
`;

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'parley-config-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

interface Given {
  readonly yaml?: string;
  readonly env?: string;
  readonly variables?: Record<string, string>;
  readonly inDocker?: boolean;
}

function load(given: Given = {}) {
  writeFileSync(path.join(root, 'librechat.yaml'), given.yaml ?? yaml);
  if (given.env !== undefined) writeFileSync(path.join(root, '.env'), given.env);
  const environment = readEnvironment(root, given.variables ?? {});
  return loadConfig({ installRoot: root, version: '1.2.3', environment, inDocker: given.inDocker ?? false });
}

function mistakes(given: Given): string[] {
  try {
    load(given);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes.map(formatMistake);
    throw error;
  }
  return [];
}

function warnings(given: Given): string[] {
  return load(given).warnings.map(formatMistake);
}

describe('with nothing set', () => {
  it('is a complete configuration for one machine', () => {
    const { config, warnings: found } = load();
    expect(found).toEqual([]);
    expect(config).toMatchObject({
      version: '1.2.3',
      dataDir: path.join(root, 'data'),
      appTitle: 'Parley',
      http: { host: '127.0.0.1', port: 3080, trustProxy: 0 },
      auth: { accessTokenMs: 900_000, refreshTokenMs: 604_800_000, loginLimit: { max: 7, windowMs: 300_000 } },
      gateway: { enabled: true, host: '127.0.0.1', port: 8081 },
    });
    expect(config.mongoUri).toBeUndefined();
    expect(config.endpoints).toEqual([
      {
        name: 'Parley',
        label: 'Parley',
        type: 'custom',
        baseUrl: 'http://127.0.0.1:8081/v1',
        apiKey: 'parley',
        models: { default: ['chat-fast', 'chat-quality'], descriptions: {}, fetch: false },
        headers: {},
        titleConvo: false,
      },
    ]);
  });

  it('cannot be changed afterwards', () => {
    const { config } = load();
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.endpoints[0]?.models.default)).toBe(true);
  });

  it('makes its keys once, readable by their owner only', () => {
    const first = load().config.secrets;
    expect(first.accessTokenKey).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(Object.values(first)).size).toBe(3);
    expect(load().config.secrets).toEqual(first);
    expect(statSync(path.join(root, 'data/secrets.json')).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(root, 'data')).mode & 0o777).toBe(0o700);
  });

  it('are made although an earlier start of the same process id was killed while it made them', () => {
    mkdirSync(path.join(root, 'data'));
    writeFileSync(path.join(root, `data/secrets.json.${process.pid}.tmp`), '{"acc');
    const { secrets } = load().config;
    expect(load().config.secrets).toEqual(secrets);
    expect(readdirSync(path.join(root, 'data'))).toEqual(['secrets.json']);
  });

  it('refuses damaged keys instead of replacing them', () => {
    load();
    writeFileSync(path.join(root, 'data/secrets.json'), '{"accessTokenKey":');
    expect(() => load()).toThrow(/secrets\.json is damaged/);
    expect(readFileSync(path.join(root, 'data/secrets.json'), 'utf8')).toBe('{"accessTokenKey":');
  });

  it.skipIf(process.getuid?.() === 0)('says so when the data folder cannot be written', () => {
    mkdirSync(path.join(root, 'locked'));
    chmodSync(path.join(root, 'locked'), 0o500);
    expect(() => load({ variables: { PARLEY_DATA_DIR: 'locked' } })).toThrow(/cannot be used \(EACCES\)/);
  });

  it('says so when the data folder is a file', () => {
    writeFileSync(path.join(root, 'occupied'), '');
    expect(() => load({ variables: { PARLEY_DATA_DIR: 'occupied' } })).toThrow(/cannot be used \((EEXIST|ENOTDIR)\)/);
  });
});

describe('variables', () => {
  it('come from .env, and those of the process win', () => {
    const { config } = load({ env: 'PORT=4000\nAPP_TITLE="Our chat"\n', variables: { PORT: '5000' } });
    expect(config.http.port).toBe(5000);
    expect(config.appTitle).toBe('Our chat');
  });

  it('may be sums, and count as unset when empty', () => {
    const { config } = load({
      env: 'SESSION_EXPIRY=1000 * 60 * 5\nPORT=\nMONGO_URI= \n',
      variables: { APP_TITLE: '' },
    });
    expect(config.auth.accessTokenMs).toBe(300_000);
    expect(config.http.port).toBe(3080);
    expect(config.mongoUri).toBeUndefined();
    expect(config.appTitle).toBe('Parley');
  });

  it('give the keys and the address of a MongoDB', () => {
    const key = 'k'.repeat(32);
    const variables = { MONGO_URI: 'mongodb://db/parley', JWT_SECRET: key, JWT_REFRESH_SECRET: key, CREDS_KEY: key };
    const { config } = load({ variables });
    expect(config.mongoUri).toBe('mongodb://db/parley');
    expect(config.secrets).toEqual({ accessTokenKey: key, refreshTokenKey: key, credentialsKey: key });
    expect(() => statSync(path.join(root, 'data'))).toThrow(/ENOENT/);
  });

  it('must give all keys with a MongoDB; the refusal prints the commands that make them', () => {
    const found = mistakes({ variables: { MONGO_URI: 'mongodb://db/parley', CREDS_KEY: 'k'.repeat(32) } });
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(/^environment {2}JWT_SECRET {2}must be given when MONGO_URI is set.* Fix: run: node -e /);
    expect(found[1]).toMatch(/JWT_REFRESH_SECRET/);
  });

  it.each([
    ['PORT=http', '.env:1  PORT  must be a whole number from 0 to 65535  Fix: PORT=3080'],
    ['\n\nPORT=70000', '.env:3  PORT  must be a whole number from 0 to 65535  Fix: PORT=3080'],
    ['PORT=80.5', '.env:1  PORT  must be a whole number from 0 to 65535  Fix: PORT=3080'],
    ['ALLOW_REGISTRATION=maybe', '.env:1  ALLOW_REGISTRATION  must be true or false  Fix: ALLOW_REGISTRATION=true'],
    [
      'LOG_LEVEL=loud',
      expect.stringMatching(/^\.env:1 {2}LOG_LEVEL {2}must be one of fatal, .* {2}Fix: LOG_LEVEL=info$/),
    ],
    ['JWT_SECRET=short', expect.stringMatching(/^\.env:1 {2}JWT_SECRET {2}must have at least 32 characters/)],
    ['HOST=http://localhost', expect.stringMatching(/^\.env:1 {2}HOST {2}must be a host name or an IP address/)],
    ['TRUST_PROXY=10.0.0.0/99', expect.stringContaining('TRUST_PROXY  must be the number of proxies')],
    ['PORT=8081', expect.stringMatching(/^environment {2}GATEWAY_PORT {2}must be another port .* 8081 too/)],
    ['TRUST_PROXY=yes', expect.stringMatching(/^\.env:1 {2}TRUST_PROXY {2}must be the number of proxies/)],
    [
      'CONFIG_PATH=https://example.com/a.yaml',
      expect.stringMatching(/^\.env:1 {2}CONFIG_PATH {2}must be the path of a file/),
    ],
    ['OPENAI_REVERSE_PROXY=nowhere', expect.stringMatching(/^\.env:1 {2}OPENAI_REVERSE_PROXY {2}.*Fix: /)],
  ])('that are wrong are reported with their line: %j', (env, expected) => {
    const found = mistakes({ env });
    expect(found).toEqual([expected]);
  });

  it('that are wrong do not hide what else is wrong', () => {
    expect(mistakes({ env: 'PORT=x\nMONGO_URI=localhost\nGATEWAY_PORT=y\nOPENAI_REVERSE_PROXY=z' })).toEqual([
      expect.stringMatching(/^\.env:1 {2}PORT/),
      expect.stringMatching(/^\.env:2 {2}MONGO_URI {2}must begin with mongodb:\/\//),
      expect.stringMatching(/^\.env:3 {2}GATEWAY_PORT/),
      expect.stringMatching(/^environment {2}JWT_SECRET/),
      expect.stringMatching(/^environment {2}JWT_REFRESH_SECRET/),
      expect.stringMatching(/^environment {2}CREDS_KEY/),
      expect.stringMatching(/^\.env:4 {2}OPENAI_REVERSE_PROXY/),
    ]);
  });

  it('name a Meilisearch that searches, if there is one', () => {
    const key = 'MEILI_MASTER_KEY=k\n';
    expect(load({ env: key }).config.meilisearch).toBeUndefined();
    expect(load({ env: `MEILI_HOST=http://meilisearch:7700\n${key}` }).config.meilisearch).toEqual({
      host: 'http://meilisearch:7700',
      apiKey: 'k',
      index: 'parley',
    });
    expect(mistakes({ env: 'MEILI_HOST=http://a:b@meilisearch\nMEILI_INDEX=my index\n' })).toEqual([
      expect.stringMatching(/^\.env:1 {2}MEILI_HOST {2}must be an address/),
      expect.stringMatching(/^\.env:2 {2}MEILI_INDEX {2}must be letters/),
    ]);
  });

  it('of .env that nothing reads are warned about', () => {
    expect(
      warnings({
        env: 'OPENAI_API_KEY=sk-1\nPROT=1\nMEILI_NO_SYNC=true\nMY_KEY=1\nFOO=2\n',
        yaml: yaml.replace('"parley"', '"${MY_KEY}"'),
      }),
    ).toEqual([
      '.env:2  PROT  is read by nothing  Fix: did you mean PORT?',
      '.env:3  MEILI_NO_SYNC  has no effect yet  Fix: nothing to do, it may stay',
      expect.stringMatching(/^\.env:5 {2}FOO {2}is read by nothing {2}Fix: remove it/),
    ]);
  });
});

describe('librechat.yaml', () => {
  it('and the variables are looked at together', () => {
    const found = mistakes({ yaml: yaml.replace('"1.3.17"', '1.3'), env: 'PORT=x' });
    expect(found).toEqual([
      expect.stringMatching(/^\.env:1 {2}PORT/),
      expect.stringMatching(/^librechat\.yaml:1:10 {2}version/),
    ]);
  });

  it('is missed with the place where it should be', () => {
    const environment = readEnvironment(root, { CONFIG_PATH: 'other.yaml' });
    const attempt = () => loadConfig({ installRoot: root, version: '1', environment, inDocker: false });
    expect(attempt).toThrow(/other\.yaml {2}CONFIG_PATH {2}is not there {2}Fix: /);
  });

  it('warns when no endpoint leads to the embedded gateway', () => {
    expect(warnings({ variables: { GATEWAY_PORT: '9999' } })).toEqual([
      expect.stringMatching(/the embedded gateway listens on port 9999, but no endpoint leads there/),
    ]);
    expect(warnings({ variables: { GATEWAY_PORT: '9999', GATEWAY_ENABLED: 'false' } })).toEqual([]);
  });

  it('warns when the key for the embedded gateway is not the one it wants', () => {
    expect(warnings({ variables: { GATEWAY_API_KEY: 'other' } })).toEqual([
      expect.stringMatching(/sends a key that the embedded gateway will refuse/),
    ]);
  });
});

describe('where files are kept', () => {
  const keys = ['JWT_SECRET', 'JWT_REFRESH_SECRET', 'CREDS_KEY'].map((name) => [name, 'k'.repeat(32)]);
  const mongo = { MONGO_URI: 'mongodb://localhost/parley', ...Object.fromEntries(keys) };

  it.each([
    ['by itself', '', {}, 'local'],
    ['by itself, with a MongoDB', '', mongo, 'gridfs'],
    ['as the file says', 'fileStrategy: "local"', mongo, 'local'],
    ['as it says for documents', 'fileStrategy: s3\nfileStrategies:\n  default: s3\n  document: gridfs', {}, 'gridfs'],
  ])('%s', (_what, said, variables, kind) => {
    expect(load({ yaml: `${yaml}${said}\n`, variables }).config.files).toEqual({ kind });
  });

  it('may be a bucket, with the variables that LibreChat has for it', () => {
    const variables = {
      AWS_BUCKET_NAME: 'files',
      AWS_ENDPOINT_URL: 'http://minio:9000',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_FORCE_PATH_STYLE: 'true',
    };
    expect(load({ yaml: `${yaml}fileStrategy: s3\n`, variables }).config.files).toEqual({
      kind: 's3',
      s3: {
        bucket: 'files',
        region: 'us-east-1',
        endpoint: 'http://minio:9000',
        credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
        forcePathStyle: true,
      },
    });
  });

  it('is refused where a bucket has no name or half a key', () => {
    const variables = { AWS_ACCESS_KEY_ID: 'id', AWS_ENDPOINT_URL: 'minio:9000' };
    expect(mistakes({ yaml: `${yaml}fileStrategy: s3\n`, variables })).toEqual([
      'environment  AWS_BUCKET_NAME  must be given with fileStrategy: s3  Fix: AWS_BUCKET_NAME=parley-files',
      'environment  AWS_ENDPOINT_URL  must begin with http:// or https://  Fix: AWS_ENDPOINT_URL=http://minio:9000',
      'environment  AWS_SECRET_ACCESS_KEY  must be given too, or neither of the two keys  Fix: fill in both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    ]);
  });

  it('is told where it is not where the file says', () => {
    expect(warnings({ yaml: `${yaml}fileStrategy: firebase\n` }).join()).toMatch(/fileStrategy.*firebase/);
    expect(load({ yaml: `${yaml}fileStrategy: firebase\n` }).config.files).toEqual({ kind: 'local' });
  });
});

describe('the files that come with Parley', () => {
  const installRoot = path.resolve(import.meta.dirname, '../../..');
  const example = readFileSync(path.join(installRoot, '.env.example'), 'utf8');

  it('are accepted without a word', () => {
    writeFileSync(path.join(root, '.env'), example);
    const { config, warnings: found } = loadConfig({
      installRoot: root,
      version: '1',
      environment: readEnvironment(root, { CONFIG_PATH: path.join(installRoot, 'librechat.yaml') }),
      inDocker: true,
    });
    expect(found).toEqual([]);
    expect(config.endpoints.map(({ baseUrl, models }) => [baseUrl, models.default])).toEqual([
      ['http://127.0.0.1:8081/v1', ['chat-fast', 'chat-quality']],
    ]);
  });

  it('explain every variable that is read, with its default', () => {
    const explained = parseEnv(example);
    expect(Object.keys(explained).toSorted()).toEqual([...variableNames, ...gatewayVariables].toSorted());
    writeFileSync(path.join(root, '.env'), example);
    const { secrets: _ours, gateway: _theirs, ...explicit } = load().config;
    rmSync(path.join(root, '.env'));
    const { secrets: _same, gateway: _other, ...implicit } = load().config;
    expect(explicit).toEqual(implicit);
  });
});

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ConfigMistake } from './gateway-config-error.ts';
import { GatewayConfigError } from './gateway-config-error.ts';
import { loadGatewayConfig } from './load-config.ts';
import type { ConfigFlags, LoadedConfig } from './load-config.ts';

const digest = createHash('sha256').update('secret').digest('hex');

function load(text: string, variables: Record<string, string> = {}, flags: ConfigFlags = {}): Promise<LoadedConfig> {
  return loadGatewayConfig({ variables, yaml: { text, file: 'gateway.yaml' }, flags, guideDocuments: [] });
}

async function mistakesOf(text: string, variables: Record<string, string> = {}): Promise<readonly ConfigMistake[]> {
  try {
    await load(text, variables);
  } catch (error) {
    if (error instanceof GatewayConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

const two = `
providers:
  openai: { keys: ["\${OPENAI_API_KEY}", second] }
  local: { dialect: openai-chat, baseUrl: "http://127.0.0.1:1234" }
`;

describe('gateway.yaml', () => {
  test('may be empty', async () => {
    await load('providers:\n  # openai: {}\nmodels:\n');
    const { config } = await load('# nothing\n');
    expect(config.providers.map(({ name }) => name)).toEqual(['ollama', 'guide']);
  });

  test('describes providers, by the catalog or by hand, before those of the environment', async () => {
    const { config } = await load(two, { OPENAI_API_KEY: 'first', OLLAMA_ENDPOINT: 'http://10.0.0.2:1' });
    expect(config.providers.map(({ name }) => name)).toEqual(['openai', 'local', 'ollama', 'guide']);
    expect(config.providers[0]).toMatchObject({
      dialect: 'openai-chat',
      baseUrl: 'https://api.openai.com/v1',
      keys: ['first', 'second'],
      quirks: { outputLimitField: 'max_completion_tokens' },
    });
    expect(config.providers[1]).toMatchObject({ label: 'local', baseUrl: 'http://127.0.0.1:1234/v1', keys: [] });
  });

  test('keeps of a provider that variables describe what it leaves out, and may switch one off', async () => {
    const { config } = await load('providers: { openai: { maxConcurrent: 3 }, ollama: off }', { OPENAI_API_KEY: 'k' });
    expect(config.providers.map(({ name, keys, maxConcurrent }) => [name, keys, maxConcurrent])).toEqual([
      ['openai', ['k'], 3],
      ['guide', [], undefined],
    ]);
  });

  test('knows providers with an address for each customer, and keeps their ways', async () => {
    const { config } = await load(`
providers:
  azure-openai: { baseUrl: "https://r.openai.azure.com/", key: k }
  eu: { like: azure-openai, baseUrl: "https://eu.openai.azure.com", key: k, quirks: { refusesStreamOptions: true } }
  native: { like: ollama, dialect: ollama-chat, baseUrl: "http://10.0.0.1:11434" }
  openai: { baseUrl: "http://proxy:1/v1", models: [a] }`);
    const path = '/openai/deployments/{model}/chat/completions?api-version=2024-10-21';
    expect(config.providers).toMatchObject([
      { baseUrl: 'https://r.openai.azure.com', keyHeader: 'api-key', quirks: { path } },
      { baseUrl: 'https://eu.openai.azure.com', quirks: { path, refusesStreamOptions: true } },
      { dialect: 'ollama-chat', baseUrl: 'http://10.0.0.1:11434' },
      { baseUrl: 'http://proxy:1/v1', models: ['a'] },
      { name: 'ollama' },
      { name: 'guide' },
    ]);
    expect(config.providers[3]).not.toHaveProperty('quirks');
  });

  test('describes providers that variables may speak of', async () => {
    const { config } = await load('providers: { other: { like: vllm }, mine: { like: vllm, baseUrl: "http://h:1" } }', {
      MODEL_PROVIDER: 'mine',
      CHAT_FAST_MODEL: 'mine/small',
      TIER_SIMPLE: 'mine:tiny',
      MODEL_DEFAULT: 'mine/big',
    });
    expect(config.providers.map(({ name }) => name)).toEqual(['mine', 'other', 'ollama', 'guide']);
    expect(config.mapping['chat-fast']).toEqual({ provider: 'mine', model: 'small' });
    expect(config.models).toMatchObject([{ name: 'auto', tiers: { simple: 'mine/tiny' } }]);
    expect(config.defaultModel).toBe('mine/big');
  });

  test('names models: an alias, a list, weights, and names of names', async () => {
    const { config } = await load(
      `${two}
defaults: { sticky: session, recovery: restart }
models:
  alias: openai/gpt-x
  list: [openai/gpt-x, "local:qwen:7b"]
  canary: { targets: [{ use: openai/gpt-x, weight: 9 }, { use: local/new, capabilities: { images: false } }] }
  outer: { balance: latency, targets: [{ use: canary, weight: 2 }, guide], fallback: false, hedge: true }
  auto: { tiers: { simple: "local:small", complex: outer }, toolThresholds: [{ above: 3, use: list }, { above: 9, use: alias }] }
defaultModel: auto`,
      { OPENAI_API_KEY: 'k' },
    );
    const row = (name: string) => config.models.find((model) => model.name === name);
    expect(row('alias')?.targets).toEqual([{ provider: 'openai', model: 'gpt-x', weight: 1 }]);
    expect(row('list')?.targets[1]).toEqual({ provider: 'local', model: 'qwen:7b', weight: 1 });
    expect(row('canary')).toMatchObject({
      targets: [{ weight: 9 }, { weight: 1, capabilities: { images: false } }],
      settings: { balance: 'weighted', sticky: 'session', recovery: 'restart' },
    });
    expect(row('outer')).toMatchObject({
      targets: [{ model: 'gpt-x', weight: 18 }, { model: 'new', weight: 2 }, { provider: 'guide' }],
      settings: { balance: 'latency', fallback: false, hedge: { quantile: 0.95, share: 0.05 } },
    });
    expect(row('auto')).toMatchObject({
      targets: [],
      tiers: { simple: 'local/small', complex: 'outer' },
      toolThresholds: [{ above: 9 }, { above: 3 }],
    });
    expect(config.defaultModel).toBe('auto');
  });

  test('gives out keys with budgets, and knows of them the digest only', async () => {
    const { config } = await load(
      `models: { quick: guide }
keys:
  - { sha256: "${digest.toUpperCase()}", models: [quick], budget: { usd: 12.5, per: month }, rpm: 60, team: law }
  - { id: anna, key: "\${ANNA_KEY}", budgets: [{ tokens: 1000, per: day }], mayNameIdentity: true, priority: high }
admin: { token: "\${ADMIN}" }
budgets: [{ owner: user, tokens: 5000, per: day }, { owner: team, id: law, usd: 100, per: month }]
ledger: sqlite:budgets.sqlite`,
      { ANNA_KEY: 'anna-secret', ADMIN: 'secret' },
    );
    expect(config.keys).toEqual([
      {
        id: `key-${digest.slice(0, 8)}`,
        sha256: digest,
        models: ['quick'],
        budgets: [{ microUsd: 12_500_000, per: 'month' }],
        requestsPerMinute: 60,
        team: 'law',
        mayNameIdentity: false,
        priority: 'normal',
      },
      expect.objectContaining({ id: 'anna', budgets: [{ tokens: 1000, per: 'day' }], priority: 'high' }),
    ]);
    expect(config.budgets).toEqual([
      { owner: 'user', tokens: 5000, per: 'day' },
      { owner: 'team', id: 'law', microUsd: 100_000_000, per: 'month' },
    ]);
    expect(JSON.stringify(config)).not.toContain('anna-secret');
    expect(config).toMatchObject({ adminTokenSha256: digest, ledger: { kind: 'sqlite', path: 'budgets.sqlite' } });
  });

  test('keeps limits in a file where the operator names no other place', async () => {
    const limited = `keys: [{ sha256: "${digest}", rpm: 1 }]`;
    expect((await load(limited)).config.ledger).toEqual({ kind: 'sqlite', path: 'gateway-ledger.sqlite' });
    expect((await load(`${limited}\nledger: memory`)).config.ledger).toEqual({ kind: 'memory' });
    expect((await load(`keys: [{ sha256: "${digest}" }]`)).config.ledger).toEqual({ kind: 'memory' });
  });

  test('lets keys name what a provider is said to serve', async () => {
    const { config } = await load(`
providers: { mine: { like: vllm, models: [served] } }
keys: [{ sha256: "${digest}", models: [served, mine/other, "mine/*", guide, chat-fast] }]`);
    expect(config.keys[0]?.models).toHaveLength(5);
  });

  test('tells what workers cannot share', async () => {
    expect((await load('workers: 2')).notices).toEqual([expect.stringContaining('redis://')]);
    expect((await load('workers: 2\nrecordings: off')).notices).toEqual([]);
    expect((await load('recordings: sqlite:x')).config.recordings.kind).toBe('sqlite');
    await expect(load('recordings: sqlite:x', {}, { workers: 2 })).rejects.toThrow(/recordings in a file/);
    expect((await load('rateLimit: { maxRequests: 1 }', {}, { workers: 2 })).config.ledger.kind).toBe('sqlite');
  });

  test('sets everything else, in times and sizes as people write them', async () => {
    const { config, run } = await load(`
prices: { openai/gpt-x: { input: 1.25, output: 10, cachedInput: 0.125 } }
unknownPrice: block
retry: { maxTries: 2, longestWait: 10s }
breaker: { failures: 9, open: 1m }
cache: { place: "redis://localhost:1/0", exact: { ttl: 1h }, semantic: { embedder: guide/e, maxErrorShare: 0.02 } }
defaults: { cache: { exact: always, semantic: true } }
shedding: { enabled: false }
rateLimit: { maxRequests: 5, by: ip }
deadlines: { start: 30s, total: 10m }
drain: 5s
bodyLimit: 1mb
telemetry: { endpoint: "http://127.0.0.1:4318" }
recordings: off
workers: 2
logLevel: warn
reload: false
`);
    expect(config).toMatchObject({
      prices: { 'openai/gpt-x': { input: 1_250_000, output: 10_000_000, cachedInput: 125_000 } },
      unknownPrice: 'block',
      retry: { maxTries: 2, longestWaitMs: 10_000, initialDelayMs: 250 },
      breaker: { failures: 9, openMs: 60_000, successes: 2 },
      cache: {
        place: 'redis',
        url: 'redis://localhost:1/0',
        exact: { ttlMs: 3_600_000, maxEntries: 1000 },
        semantic: { isOn: true, embedder: { provider: 'guide', model: 'e' }, maxErrorShare: 0.02 },
      },
      modelDefaults: { cache: { exact: 'always', semantic: true } },
      shedding: { isOn: false },
      rateLimit: { isOn: true, maxRequests: 5, by: 'ip' },
      startDeadlineMs: 30_000,
      totalDeadlineMs: 600_000,
      drainMs: 5000,
      bodyLimit: 1_048_576,
      recordings: { kind: 'off' },
    });
    expect(run).toMatchObject({ workers: 2, logLevel: 'warn', reload: { isOn: false } });
  });

  test('wins over variables, and flags win over it', async () => {
    const variables = { GATEWAY_PORT: '1', GATEWAY_HOST: 'a', CHAT_FAST_MODEL: 'guide', DRAIN: '7' };
    const { config } = await load('port: 2\nhost: b\ndrain: "${DRAIN}"\nmodels: { chat-fast: guide }', variables, {
      port: 3,
    });
    expect(config).toMatchObject({ port: 3, host: 'b', drainMs: 7, mapping: {} });
  });
});

describe('mistakes in gateway.yaml', () => {
  test('are all told at once, each with its line and column, variables among them', async () => {
    const mistakes = await mistakesOf(
      `port: 99999
providers:
  openai: { keys: ["\${NO_SUCH_KEY}"], timeout: { connect: 3s } }
  mine: { baseUrl: "localhost:1" }
modles: {}
keys: [{ sha256: short }]
`,
      { GATEWAY_RECORDINGS: 'nowhere' },
    );
    expect(mistakes.map(({ variable, place }) => [variable, place])).toEqual([
      ['GATEWAY_RECORDINGS', undefined],
      ['port', 'gateway.yaml:1:7'],
      ['providers.openai.keys[0]', 'gateway.yaml:3:20'],
      ['providers.openai.timeout', 'gateway.yaml:3:39'],
      ['providers.mine.baseUrl', 'gateway.yaml:4:20'],
      ['modles', 'gateway.yaml:5:1'],
      ['keys[0].sha256', 'gateway.yaml:6:18'],
    ]);
    expect(mistakes.map(({ message }) => message).join('\n')).toMatch(
      /NO_SUCH_KEY[^]*did you mean timeouts\?[^]*did you mean models\?[^]*parley-gateway key/,
    );
  });

  test.each([
    ['providers: [', 'YAML', ''],
    ['a: 1\na: 2', 'YAML', 'unique'],
    ['- a', 'the file', 'group'],
    ['just words', 'the file', 'group'],
    ['providers: 3', 'providers', 'group'],
    ['models: { a: 3 }', 'models.a', 'group'],
    ['models: { a: [{ weight: 1 }] }', 'models.a.targets[0].use', 'missing'],
    ['providers: { openai: { timeouts: { connect: fast } } }', 'providers.openai.timeouts.connect', '30s'],
    ['providers: { openai: { dialect: openai } }', 'providers.openai.dialect', 'openai-chat'],
    ['\thost: a', 'YAML', 'abs'],
    ['host: [a]', 'host', 'a text'],
    ['unknownPrice: free', 'unknownPrice', 'block, count'],
    ['drain: soon', 'drain', '30s'],
    ['bodyLimit: big', 'bodyLimit', '20mb'],
    ['providers: { openia: { key: k } }', 'providers.openia', 'did you mean openai?'],
    [
      'providers: { x: { like: opnai, baseUrl: "http://h/v1", dialect: openai-chat } }',
      'providers.x.like',
      'did you mean openai?',
    ],
    ['providers: { azure-openai: { key: k } }', 'providers.azure-openai', 'needs baseUrl'],
    ['providers: { openai: { key: a, keys: [b] } }', 'providers.openai.key', 'one of the two'],
    ['providers: { a/b: { baseUrl: "http://h/v1", dialect: openai-chat } }', 'providers.a/b', 'slash'],
    ['models: { a: nobody/x }', 'models.a.targets[0].use', 'nobody'],
    ['models: { quick: guide, b: quik }', 'models.b.targets[0].use', 'did you mean quick?'],
    ['models: { a: constructor }', 'models.a.targets[0].use', 'constructor'],
    ['a: &x [1, 2]\nb: *y', 'YAML', 'y'],
    ['models: { a: {} }', 'models.a', 'targets or tiers'],
    ['models: { a: { targets: [] } }', 'models.a.targets', 'empty'],
    ['models: { a: { targets: [{ use: guide, weight: 0 }] } }', 'models.a.targets', 'weight'],
    ['models: { a: [guide, guide] }', 'models.a.targets[1].use', 'second time'],
    ['models: { a: b, b: c, c: a }', 'models.a', 'a → b → c → a'],
    ['models: { a: { tiers: { simple: b } }, b: { tiers: { complex: a } } }', 'models.a', 'a → b → a'],
    ['models: { a: { targets: [guide], toolThresholds: [{ above: 1, use: a }] } }', 'models.a', 'a → a'],
    ['models: { a: { tiers: { simple: gone } } }', 'models.a.tiers.simple', 'gone'],
    ['defaultModel: gone', 'defaultModel', 'gone'],
    ['forceDefaultModel: true', 'forceDefaultModel', 'defaultModel'],
    [`keys: [{ sha256: "${digest}", models: [gone] }]`, 'keys[0].models[0]', 'gone'],
    [`keys: [{ sha256: "${digest}" }, { sha256: "${digest}" }]`, 'keys[1]', 'same'],
    [`keys: [{ sha256: "${digest}", budget: { per: day } }]`, 'keys[0].budget', 'usd or tokens'],
    [`keys: [{ sha256: "${digest}", budget: { usd: 1, per: year } }]`, 'keys[0].budget.per', 'month'],
    ['keys: [{ rpm: 1 }]', 'keys[0]', 'sha256'],
    ['ledger: off', 'ledger', 'sqlite:PATH'],
    ['cache: { place: sqlite:x }', 'cache.place', 'redis://'],
    ['prices: { m: { input: 1 } }', 'prices.m.output', 'missing'],
  ])('%s', async (text, variable, words) => {
    const mistakes = await mistakesOf(text);
    expect(mistakes.map((mistake) => mistake.variable)).toEqual([variable]);
    expect(mistakes[0]?.message).toContain(words);
    expect(mistakes[0]?.place).toMatch(/^gateway\.yaml:\d+:\d+$/);
  });

  test('of form do not hide those of meaning, and bring no others with them', async () => {
    const mistakes = await mistakesOf(`providers:
  mine: { dialect: openai-chatt, baseUrl: "http://h/v1" }
models:
  a: mine/x
  b: { targets: [nobody/x], balance: best }
  c: [gone]
modles: {}
keys: [{ sha256: short }]
`);
    expect(mistakes.map(({ variable }) => variable)).toEqual([
      'providers.mine.dialect',
      'models.b.targets[0].use',
      'models.b.balance',
      'models.c.targets[0].use',
      'modles',
      'keys[0].sha256',
    ]);
  });

  test('never repeat a secret', async () => {
    const mistakes = await mistakesOf('apiKeys: [{ a: "${SECRET}" }]\nkeys: [{ sha256: "${SECRET}" }]', {
      SECRET: 'hush-hush',
    });
    expect(mistakes).toHaveLength(2);
    expect(JSON.stringify(mistakes)).not.toContain('hush-hush');
  });
});

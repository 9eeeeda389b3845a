import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../environment/read-environment.ts';
import type { EnvironmentReading } from '../environment/read-environment.ts';
import { providerVariableNames } from '../environment/provider-variables.ts';
import type { GatewayFace } from './apply-lynkr-variables.ts';
import { lynkrVariables } from './lynkr-variables.ts';

const read = (variables: Record<string, string>, face: GatewayFace = 'standalone'): EnvironmentReading =>
  readEnvironment(variables, { guideDocuments: [], face });
const nothing = read({});
/** A name that a row with a star stands for. */
const nameOf = (pattern: string): string => pattern.replace('*', 'SOMETHING');

/** Values for rows that are read together with others. */
const examples: Readonly<Record<string, string>> = {
  MODEL_PROVIDER: 'lmstudio',
  MODEL_DEFAULT: 'guide:guide',
  TIER_SIMPLE: 'lmstudio:m',
  TIER_MEDIUM: 'ollama:m',
  TIER_COMPLEX: 'llamacpp:m',
  TIER_REASONING: 'lmstudio/m',
  FALLBACK_ENABLED: 'false',
  FALLBACK_PROVIDER: 'databricks',
  OLLAMA_MAX_TOOLS_FOR_ROUTING: '3',
  OPENROUTER_MAX_TOOLS_FOR_ROUTING: '15',
  EMBEDDINGS_PROVIDER: 'ollama',
};

function exampleOf(name: string): string {
  if (/ENDPOINT$|BASE_URL$|API_BASE$|HOST$|PROXY$/.test(name)) return 'http://192.168.7.7:99/v1';
  return /TIMEOUT_MS$|CONCURRENT$/.test(name) ? '1234' : 'something';
}

describe('every variable of Lynkr, alone in the environment,', () => {
  test.each(lynkrVariables.filter(({ kind }) => kind === 'effective').map((row) => [row.name, row] as const))(
    '%s has its effect, without a word',
    (name, row) => {
      if (row.kind !== 'effective') return;
      const { settings, read: said } = read({ [name]: row.example });
      expect([said.mistakes, said.notes]).toEqual([[], []]);
      expect(settings).not.toEqual(nothing.settings);
      const inside = read({ [name]: row.example }, 'embedded').settings;
      expect(inside).toEqual(row.isOfProcess === true ? nothing.settings : settings);
    },
  );

  test.each(
    lynkrVariables.filter(({ kind }) => kind === 'unbuilt' || kind === 'ignored').map(({ name }) => nameOf(name)),
  )('%s changes nothing and is told in one line', (name) => {
    const { settings, read: said } = read({ [name]: 'something' });
    expect(said.notes).toEqual([{ variable: name, message: expect.stringContaining('is accepted') }]);
    expect(settings).toEqual(nothing.settings);
  });

  test.each(lynkrVariables.filter(({ kind }) => kind === 'host').map(({ name }) => nameOf(name)))(
    '%s is handed to the host, or told in one line where there is none',
    (name) => {
      const alone = read({ [name]: 'value' });
      expect(alone.read.notes).toEqual([{ variable: name, message: expect.stringContaining('by itself') }]);
      const inside = read({ [name]: 'value' }, 'embedded');
      expect(inside.read.notes).toEqual([]);
      expect(inside.forHost).toEqual({ [name]: 'value' });
    },
  );

  test.each([...Object.keys(examples), ...providerVariableNames.filter((name) => name !== 'AWS_REGION')])(
    '%s has an effect, or one line says why not',
    (name) => {
      const { settings, read: said } = read({ [name]: examples[name] ?? exampleOf(name) });
      const hasEffect = JSON.stringify(settings) !== JSON.stringify(nothing.settings);
      expect(said.mistakes).toEqual([]);
      expect(said.notes.filter(({ variable }) => variable === name).length).toBe(
        hasEffect ? (name.startsWith('TIER_') ? 1 : 0) : 1,
      );
    },
  );
});

test('a blank variable and one that says what is the case anyway are passed over', () => {
  const { read: said } = read({
    HEADROOM_ENABLED: '',
    LYNKR_VISIBLE_ROUTING: 'false',
    LLM_AUDIT_ENABLED: 'false',
    METRICS_ENABLED: 'true',
    NODE_ENV: 'production',
  });
  expect(said.notes).toEqual([]);
});

test('a name nobody knows is told as well, if it looks like one of Lynkr', () => {
  expect(read({ LYNKR_SOMETHING_NEW: '1', ELSEWHERE: '1' }).read.notes).toHaveLength(1);
});

test('a misspelt variable of our own is told', () => {
  expect(read({ GATEWAY_APIKEYS: 'x', GATEWAY_ENABLED: 'false' }).read.notes).toEqual([
    { variable: 'GATEWAY_APIKEYS', message: expect.stringContaining('GATEWAY_API_KEYS?') },
  ]);
});

test.each([
  ['RATE_LIMIT_MAX', '0', 'from 1'],
  ['RATE_LIMIT_KEY_BY', 'moon', 'session, ip, both'],
  ['LOAD_SHEDDING_MEMORY_THRESHOLD', '85', 'up to 1'],
  ['REQUEST_JSON_LIMIT', 'huge', '20mb'],
  ['PROMPT_CACHE_ENABLED', 'perhaps', 'true or false'],
  ['CLUSTER_WORKERS', '0', 'auto'],
  ['MODEL_PRICE_OVERRIDES', '{"m":1}', 'JSON'],
  ['FALLBACK_ENABLED', 'perhaps', 'true or false'],
])('%s=%s is a mistake that says what is meant', (name, value, words) => {
  expect(read({ [name]: value }).read.mistakes).toEqual([{ variable: name, message: expect.stringContaining(words) }]);
});

import { describe, expect, test } from 'vitest';
import { configFromEnvironment } from '../config/config-from-environment.ts';
import { GatewayError } from '../core/gateway-error.ts';
import { createModelDirectory } from './model-directory.ts';
import type { ModelDirectory } from './model-directory.ts';
import { createModelList, listLifetime } from './model-list.ts';
import type { ModelListState } from './model-list.ts';
import { createTargets } from './targets.ts';

const down = new GatewayError('network', { message: 'down' });

function directoryOf(
  variables: Record<string, string>,
  lists: Record<string, readonly string[] | GatewayError>,
): { directory: ModelDirectory; notes: string[] } {
  const notes: string[] = [];
  const state = (name: string): ModelListState => {
    const list = name === 'guide' ? ['guide'] : (lists[name] ?? down);
    return list instanceof GatewayError ? { models: undefined, error: list } : { models: list, error: undefined };
  };
  const config = configFromEnvironment(variables, { guideDocuments: [] });
  const directory = createModelDirectory({
    config,
    targets: createTargets(config.providers),
    modelsOf: async ({ name }) => state(name),
    log: { info: (_fields, note) => void notes.push(note), warn: () => undefined, error: () => undefined },
  });
  return { directory, notes };
}

async function servedBy(directory: ModelDirectory, name: string): Promise<string> {
  const { id = '' } = await directory.resolve(name);
  return id;
}

describe('who serves a name', () => {
  test.each([
    ['nothing else', {}, {}, 'chat-fast', 'guide/guide'],
    ['an Ollama that was found', {}, { ollama: ['nomic-embed-text', 'qwen3', 'llama3'] }, 'chat-fast', 'ollama/qwen3'],
    ['an Ollama without models', {}, { ollama: [] }, 'chat-quality', 'guide/guide'],
    ['OpenAI', { OPENAI_API_KEY: 'k' }, { openai: ['gpt-4o', 'gpt-4o-mini'] }, 'chat-fast', 'openai/gpt-4o-mini'],
    [
      'OpenAI before Ollama',
      { OPENAI_API_KEY: 'k' },
      { openai: ['gpt-4o'], ollama: ['q'] },
      'chat-quality',
      'openai/gpt-4o',
    ],
    [
      'an upstream with other models',
      { OPENAI_BASE_URL: 'http://h' },
      { openai: ['whisper-1', 'mistral'] },
      'chat-fast',
      'openai/mistral',
    ],
    [
      'an upstream whose list is empty',
      { OPENAI_BASE_URL: 'http://h' },
      { openai: [] },
      'chat-fast',
      'openai/gpt-4o-mini',
    ],
    ['OpenAI when it is down', { OPENAI_API_KEY: 'k' }, { openai: down }, 'chat-fast', 'openai/gpt-4o-mini'],
    ['the operator', { OPENAI_API_KEY: 'k', OPENAI_MODEL: 'mine' }, { openai: ['other'] }, 'chat-fast', 'openai/mine'],
    ['the mapping', { OPENAI_API_KEY: 'k', CHAT_FAST_MODEL: 'ollama/q' }, {}, 'chat-fast', 'ollama/q'],
    ['provider/model', { OPENAI_API_KEY: 'k' }, {}, 'openai/meta/llama', 'openai/meta/llama'],
    ['provider:model', { OPENAI_API_KEY: 'k' }, {}, 'openai:gpt-4o', 'openai/gpt-4o'],
    ['provider/model of a provider that was not found', {}, {}, 'ollama/q', 'ollama/q'],
    ['the guide by name', { OPENAI_API_KEY: 'k' }, { openai: ['gpt-4o'] }, 'guide', 'guide/guide'],
    ['the only claim', { OPENAI_API_KEY: 'k' }, { openai: ['gpt-4o'], ollama: ['qwen3'] }, 'qwen3', 'ollama/qwen3'],
    ['the first of two claims', { OPENAI_API_KEY: 'k' }, { openai: ['same'], ollama: ['same'] }, 'same', 'openai/same'],
    ['an upstream that cannot be asked', { OPENAI_API_KEY: 'k' }, { openai: down }, 'gpt-5', 'openai/gpt-5'],
  ])('%s', async (_case, variables, lists, name, served) => {
    expect(await servedBy(directoryOf(variables, lists).directory, name)).toBe(served);
  });

  test('nobody: the error names what is known', async () => {
    const { directory } = directoryOf({ OPENAI_API_KEY: 'k' }, { openai: ['gpt-4o'] });
    await expect(directory.resolve('gpt-5')).rejects.toMatchObject({
      code: 'model-not-found',
      message: expect.stringContaining('chat-fast, chat-quality, guide, openai/…'),
    });
  });

  test('nobody, where a default model stands ready for names that cannot be verified', async () => {
    const { directory } = directoryOf({ OPENAI_API_KEY: 'k', MODEL_PROVIDER: 'openai' }, { openai: down });
    await expect(directory.resolve('gpt-5')).rejects.toMatchObject({ code: 'model-not-found' });
  });

  test('a configured Ollama that is down is its own error, never the guide', async () => {
    const { directory } = directoryOf({ OLLAMA_ENDPOINT: 'http://h:1' }, { ollama: down });
    await expect(directory.resolve('chat-fast')).rejects.toBe(down);
    expect(await directory.describe()).toMatchObject({ guideOnly: false, logicalModels: { 'chat-fast': null } });
  });

  test('a configured Ollama without models says how to get one', async () => {
    const { directory } = directoryOf({ OLLAMA_ENDPOINT: 'http://h:1' }, { ollama: [] });
    await expect(directory.resolve('chat-fast')).rejects.toMatchObject({
      message: expect.stringContaining('ollama pull'),
    });
  });

  test('a replaced model is noted once', async () => {
    const { directory, notes } = directoryOf({ OPENAI_BASE_URL: 'http://h' }, { openai: ['mistral'] });
    await directory.resolve('chat-fast');
    await directory.resolve('chat-fast');
    expect(notes).toEqual([expect.stringContaining('chat-fast means openai/mistral')]);
  });

  test('the list and the description say the same', async () => {
    const { directory } = directoryOf({}, { ollama: ['qwen3', 'nomic-embed-text'] });
    expect((await directory.list()).map(({ id }) => id)).toEqual([
      'chat-fast',
      'chat-quality',
      'ollama/qwen3',
      'guide',
    ]);
    expect(await directory.describe()).toEqual({
      guideOnly: false,
      providers: [
        { name: 'ollama', label: 'Ollama', isPresent: true },
        { name: 'guide', label: "Parley's built-in guide", isPresent: true },
      ],
      logicalModels: {
        'chat-fast': { provider: 'ollama', model: 'qwen3' },
        'chat-quality': { provider: 'ollama', model: 'qwen3' },
      },
    });
    expect(await directoryOf({}, {}).directory.describe()).toMatchObject({ guideOnly: true });
  });
});

describe('looking at a list', () => {
  test('at most once in its lifetime, by one request at a time, and never losing what it gave', async () => {
    let time = 0;
    let looks = 0;
    let answer: () => Promise<string[]> = async () => {
      throw down;
    };
    const list = createModelList({ now: () => time, fetch: () => ((looks += 1), answer()) });
    const [one, two] = await Promise.all([list(), list()]);
    expect(one).toEqual({ models: undefined, error: down });
    expect(two).toBe(one);
    expect(looks).toBe(1);
    answer = async () => ['m'];
    expect(await list()).toMatchObject({ models: undefined });
    time += listLifetime;
    expect(await list()).toEqual({ models: ['m'], error: undefined });
    answer = () => Promise.reject(down);
    time += listLifetime;
    expect(await list()).toEqual({ models: ['m'], error: undefined });
    await Promise.resolve();
    expect(looks).toBe(3);
    expect(await list()).toEqual({ models: ['m'], error: down });
  });
});

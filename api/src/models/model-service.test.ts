import type { ProviderStrategy } from '@parley/gateway';
import { describe, expect, it } from 'vitest';
import type { EndpointConfig } from '../config/app-config.ts';
import { createModelService } from './model-service.ts';

const signal = new AbortController().signal;

const endpoints: EndpointConfig[] = ['First', 'Second'].map((name) => ({
  name,
  label: `${name} models`,
  type: 'custom',
  baseUrl: `https://${name.toLowerCase()}.example/v1`,
  apiKey: `key of ${name}`,
  models: {
    default: [`${name}-small`, `${name}-large`],
    descriptions: { 'First-small': 'Quick answers', 'Unknown-model': 'Not listed' },
    fetch: false,
  },
  headers: { 'X-Team': 'law' },
  titleConvo: false,
}));

const strategy: ProviderStrategy = {
  dialect: 'openai-chat',
  async *stream() {
    yield* [];
  },
};

const models = createModelService({
  endpoints,
  strategy,
  lists: { of: (endpoint) => Promise.resolve(endpoint.models.default) },
});

it('offers endpoints without their addresses and keys', () => {
  expect(models.endpoints()).toEqual([
    { name: 'First', label: 'First models', type: 'custom', defaultModel: 'First-small' },
    { name: 'Second', label: 'Second models', type: 'custom', defaultModel: 'Second-small' },
  ]);
});

it('lists the models of each endpoint, with what the operator says of them', async () => {
  expect(await models.models(signal)).toEqual({
    First: [{ id: 'First-small', description: 'Quick answers' }, { id: 'First-large' }],
    Second: [{ id: 'Second-small' }, { id: 'Second-large' }],
  });
});

describe('resolving', () => {
  it('yields everything a call needs', async () => {
    const { target, endpoint, strategy: found } = await models.resolve('Second', 'Second-large', signal);
    expect(found).toBe(strategy);
    expect(endpoint.name).toBe('Second');
    expect(target).toMatchObject({
      provider: 'Second',
      baseUrl: 'https://second.example/v1',
      apiKey: 'key of Second',
      model: 'Second-large',
      headers: { 'X-Team': 'law' },
    });
  });

  it('refuses what does not exist', async () => {
    await expect(models.resolve('Third', 'x', signal)).rejects.toMatchObject({ code: 'endpoint-not-found' });
    await expect(models.resolve('First', 'Second-small', signal)).rejects.toMatchObject({ code: 'model-not-found' });
  });
});

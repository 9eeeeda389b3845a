import { describe, expect, it } from 'vitest';
import { servedByOf } from './served-by.ts';

describe('what an answer’s headers say of who served it', () => {
  it('is read from a Parley gateway', () => {
    expect(
      servedByOf({
        'x-parley-provider': 'openai',
        'x-parley-model': 'gpt-5',
        'x-parley-attempts': '2',
        'x-cache': 'miss',
      }),
    ).toEqual({ provider: 'openai', model: 'gpt-5', attempts: 2, cached: false });
  });

  it.each(['hit', 'near'])('knows an answer out of the cache: %s', (cache) => {
    const headers = { 'x-parley-provider': 'openai', 'x-parley-model': 'gpt-5', 'x-cache': cache };
    expect(servedByOf(headers)).toEqual({ provider: 'openai', model: 'gpt-5', cached: true });
  });

  it.each([
    ['nothing', {}],
    ['a foreign cache', { 'x-cache': 'hit' }],
    ['no model', { 'x-parley-provider': 'openai' }],
    ['nobody', { 'x-parley-provider': '', 'x-parley-model': '' }],
  ])('is nothing where there is %s', (_what, headers) => {
    expect(servedByOf(headers)).toBeUndefined();
  });

  it('believes no nonsense', () => {
    const headers = { 'x-parley-provider': 'x'.repeat(9_000), 'x-parley-model': 'm', 'x-parley-attempts': '-1' };
    const served = servedByOf(headers);
    expect(served?.provider).toHaveLength(500);
    expect(served?.attempts).toBeUndefined();
  });
});

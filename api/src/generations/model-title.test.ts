import { GatewayError } from '@parley/gateway';
import { describe, expect, it } from 'vitest';
import { createScriptedStrategy, scriptedTarget } from './__fixtures__/scripted-strategy.ts';
import type { Line } from './__fixtures__/scripted-strategy.ts';
import { askForTitle, toTitle } from './model-title.ts';

const never = new AbortController().signal;

function modelThatSays(...script: Line[]) {
  const strategy = createScriptedStrategy(script);
  const endpoint = {
    name: 'scripted',
    label: 'Scripted',
    type: 'custom',
    baseUrl: scriptedTarget.baseUrl,
    apiKey: 'none',
    models: { default: ['scripted-1'], fetch: false },
    headers: {},
    titleConvo: true,
  } as const;
  return { strategy, target: scriptedTarget, endpoint };
}

const says = (text: string): Line => ({ type: 'text-delta', part: 0, text });

describe('askForTitle', () => {
  it('asks in words that a model can be recognised by, with the prompt at the end', async () => {
    const model = modelThatSays(says('Boiling '), says('eggs'), { type: 'finish', reason: 'stop' });
    expect(await askForTitle(model, 'How do I boil an egg?', never)).toBe('Boiling eggs');
    const [turn] = model.strategy.requests[0]?.turns ?? [];
    expect(turn).toMatchObject({ role: 'user', parts: [{ text: expect.stringMatching(/^Write a short title/) }] });
    expect(JSON.stringify(turn)).toContain('How do I boil an egg?');
  });

  it('uses the model the operator has chosen for titles', async () => {
    const model = modelThatSays(says('T'), { type: 'finish', reason: 'stop' });
    await askForTitle({ ...model, endpoint: { ...model.endpoint, titleModel: 'tiny' } }, 'Hi', never);
    expect(model.strategy.requests[0]?.model).toBe('tiny');
  });

  it('throws what the provider failed with', async () => {
    const error = new GatewayError('network', { message: 'Nobody there.' });
    await expect(askForTitle(modelThatSays({ type: 'failure', error }), 'Hi', never)).rejects.toBe(error);
  });

  it('stops listening to a model that does not stop talking', async () => {
    expect(await askForTitle(modelThatSays(says('bla '.repeat(500)), 'silence'), 'Hi', never)).toBeUndefined();
  });
});

describe('toTitle', () => {
  it.each([
    ['"Boiling eggs"', 'Boiling eggs'],
    ['Title: Boiling eggs.', 'Boiling eggs'],
    ['**Boiling eggs**\n\nI hope this helps!', 'Boiling eggs'],
    ['<think>The user wants…\n</think>\n\nBoiling eggs', 'Boiling eggs'],
    ['«Œufs à la coque»', 'Œufs à la coque'],
    ['To be continued...', 'To be continued...'],
  ])('makes %j the title %j', (answer, title) => {
    expect(toTitle(answer)).toBe(title);
  });

  it.each([[''], ['  \n '], ['""'], ['<think>never ending'], ['a long story '.repeat(10)]])(
    'takes %j for no title',
    (answer) => {
      expect(toTitle(answer)).toBeUndefined();
    },
  );
});

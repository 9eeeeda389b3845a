import { describe, expect, test } from 'vitest';
import { configFromEnvironment } from '../config/config-from-environment.ts';
import { defaultModelSettings } from '../config/default-settings.ts';
import type { Call } from '../core/call.ts';
import type { GatewayConfig, ModelRow } from '../core/gateway-config.ts';
import { silentLog } from '../core/gateway-log.ts';
import { createModelDirectory } from './model-directory.ts';
import { createRoutePlanner } from './route-planner.ts';
import type { RoutePlanner } from './route-planner.ts';
import { createTargets } from './targets.ts';
import { makeCall } from './testing/made-calls.ts';
import { createTierRouter } from './tiers/choose-tier.ts';

function row(name: string, targets: readonly string[], more: Partial<ModelRow> = {}): ModelRow {
  const addresses = targets.map((model) => ({ provider: 'openai', model, weight: 1 }));
  return { name, targets: addresses, settings: defaultModelSettings, ...more };
}

const modelsOf = async () => ({ models: ['gpt-known'], error: undefined });

function plannerOf(overrides: Partial<GatewayConfig>): RoutePlanner {
  const config = { ...configFromEnvironment({ OPENAI_API_KEY: 'k' }, { guideDocuments: [] }), ...overrides };
  const targets = createTargets(config.providers);
  const directory = createModelDirectory({ config, targets, modelsOf, log: silentLog });
  return createRoutePlanner({ config, directory, targets, tiers: createTierRouter({ now: () => 0 }) });
}

async function idsFor(planner: RoutePlanner, model: string, call: Partial<Call> = {}): Promise<(string | undefined)[]> {
  const { candidates } = await planner.planFor(makeCall({ model, ...call }));
  return candidates.map(({ target }) => target.id);
}

describe('the plan for a call', () => {
  const models = [
    row('quick', ['a', 'b']),
    row('chat-fast', ['mine']),
    row('auto', [], { tiers: { simple: 'quick', complex: 'openai/big' } }),
    row('tools', ['few'], { toolThresholds: [{ above: 2, use: 'openai/many' }] }),
  ];

  test('names its targets in order, and is the same for every call of that name', () => {
    const planner = plannerOf({ models });
    const plan = planner.planFor(makeCall({ model: 'quick' }));
    expect(plan).toMatchObject({ candidates: [{ target: { id: 'openai/a' } }, { target: { id: 'openai/b' } }] });
    expect(planner.planFor(makeCall({ model: 'quick' }))).toBe(plan);
    expect(planner.planFor(makeCall({ model: 'openai/x' }))).toBe(planner.planFor(makeCall({ model: 'openai/x' })));
  });

  test('an own row wins over a built-in name', async () => {
    expect(await idsFor(plannerOf({ models }), 'chat-fast')).toEqual(['openai/mine']);
  });

  test('a tier leads to the targets of its model, with those of other tiers behind them', async () => {
    const planner = plannerOf({ models });
    expect(await idsFor(planner, 'auto')).toEqual(['openai/a', 'openai/b', 'openai/big']);
    expect(await idsFor(planner, '')).toEqual(['openai/a', 'openai/b', 'openai/big']);
  });

  test('a number of tools leads elsewhere, for that call only', async () => {
    const planner = plannerOf({ models });
    const traits = { hasImages: false, hasAudio: false, wantsSchema: false, approximateTokens: 1 };
    const many = { traits: () => ({ ...traits, toolCount: 3 }) };
    expect(await idsFor(planner, 'tools', many)).toEqual(['openai/many']);
    expect(await idsFor(planner, 'tools')).toEqual(['openai/few']);
    expect(await idsFor(planner, 'tools', many)).toEqual(['openai/many']);
  });

  test('rows that lead to each other do not lead on for ever', async () => {
    const ring = [row('one', [], { tiers: { simple: 'two' } }), row('two', [], { tiers: { simple: 'one' } })];
    await expect(idsFor(plannerOf({ models: ring }), 'one')).rejects.toMatchObject({ code: 'model-not-found' });
  });

  test('an unknown name is the default model where there is one, else an error with the known names', async () => {
    const planner = plannerOf({ models, defaultModel: 'quick' });
    expect(await idsFor(planner, 'nothing-like-it')).toEqual(['openai/a', 'openai/b']);
    await expect(idsFor(plannerOf({ models }), 'nothing-like-it')).rejects.toMatchObject({
      code: 'model-not-found',
      message: expect.stringContaining('quick, chat-fast, auto, tools, chat-quality, guide, openai/…'),
    });
    expect(() => plannerOf({}).planFor(makeCall({ model: '' }))).toThrow(expect.objectContaining({ param: 'model' }));
  });
});

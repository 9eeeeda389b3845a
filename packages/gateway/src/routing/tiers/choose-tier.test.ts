import { describe, expect, it } from 'vitest';
import { defaultModelSettings } from '../../config/default-settings.ts';
import type { ModelRow } from '../../core/gateway-config.ts';
import { createTierRouter } from './choose-tier.ts';

const row: ModelRow = {
  name: 'auto',
  targets: [],
  tiers: { simple: 'local/small', complex: 'big', reasoning: 'thinker' },
  toolThresholds: [
    { above: 3, use: 'middle' },
    { above: 15, use: 'big' },
  ],
  settings: defaultModelSettings,
};

const hardQuestion =
  'Prove by induction that the protocol is safe, compare the trade-offs of both designs, analyse the root cause, and plan a migration. Then optimise it. Why does it fail?';

function call(text: string, { toolCount = 0, session = '', caller = 'a', approximateTokens = 50 } = {}) {
  return {
    traits: () => ({ hasImages: false, hasAudio: false, wantsSchema: false, toolCount, approximateTokens }),
    toRequest: () => ({
      model: 'auto',
      instructions: [],
      turns: [{ role: 'user' as const, parts: [{ type: 'text' as const, text }] }],
      tools: [],
      sampling: {},
    }),
    scope: { caller, ...(session === '' ? {} : { session }) },
  };
}

describe('choosing a tier', () => {
  it('sends easy questions to the small model and hard ones up, with stand-ins: higher first, then lower', () => {
    const router = createTierRouter({ now: () => 0 });
    expect(router.choose(row, call('hi'))?.uses).toEqual(['local/small', 'big', 'thinker']);
    const hard = router.choose(row, call(hardQuestion));
    expect(hard?.tier).toMatch(/complex|reasoning/);
    expect(hard?.uses.at(-1)).toBe('local/small');
  });

  it('lets the highest tool threshold that holds decide alone', () => {
    const router = createTierRouter({ now: () => 0 });
    expect(router.choose(row, call('hi', { toolCount: 4 }))).toMatchObject({ uses: ['middle'], method: 'tools' });
    expect(router.choose(row, call('hi', { toolCount: 16 }))).toMatchObject({ uses: ['big'], method: 'tools' });
    expect(router.choose(row, call('hi', { toolCount: 3 }))?.method).toBe('complexity');
  });

  it('keeps a session at its tier once the prompt is long, for the session of that caller only', () => {
    const router = createTierRouter({ now: () => 0 });
    const first = router.choose(row, call(hardQuestion, { session: 's' }));
    const long = { session: 's', approximateTokens: 30_000 };
    expect(router.choose(row, call('ok', long))).toMatchObject({ tier: first?.tier, method: 'pinned' });
    expect(router.choose(row, call('ok', { ...long, caller: 'b' }))?.tier).toBe('simple');
  });

  it('forgets a pin after six hours', () => {
    let now = 0;
    const router = createTierRouter({ now: () => now });
    router.choose(row, call(hardQuestion, { session: 's' }));
    now = 6 * 3_600_000 + 1;
    expect(router.choose(row, call('ok', { session: 's', approximateTokens: 30_000 }))?.tier).toBe('simple');
  });

  it('leaves rows alone that have neither tiers nor thresholds', () => {
    const router = createTierRouter({ now: () => 0 });
    expect(router.choose({ name: 'x', targets: [], settings: defaultModelSettings }, call('hi'))).toBeUndefined();
  });
});

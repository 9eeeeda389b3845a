import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelRequest } from '../../core/model-request.ts';
import { heldOutQuestions } from './__fixtures__/labelled-questions.ts';
import { scoreComplexity, tierOf } from './score-complexity.ts';

const ask = (text: string, more: Partial<ModelRequest> = {}): ModelRequest => ({
  model: 'auto',
  instructions: [],
  turns: [{ role: 'user', parts: [{ type: 'text', text }] }],
  tools: [],
  sampling: {},
  ...more,
});

describe('the score of a request', () => {
  it('calls a greeting simple', () => {
    expect(scoreComplexity(ask('hi')).tier).toBe('simple');
  });

  it('takes a wish to think hard at its word', () => {
    expect(scoreComplexity(ask('Please think hard: what is 2 + 2?')).tier).toBe('reasoning');
  });

  it('lifts a question by what comes with it, and names each reason', () => {
    const bare = scoreComplexity(ask('What next?'));
    const tools = Array.from({ length: 20 }, (_, index) => ({ name: `t${index}`, description: '', inputSchema: {} }));
    const laden = scoreComplexity(ask('What next?', { tools, reasoning: { effort: 'high' } }));
    expect(laden.score).toBeGreaterThan(bare.score + 20);
    expect(laden.factors.map(({ name }) => name)).toEqual(expect.arrayContaining(['tools', 'reasoning-effort']));
  });

  it('separates held-out questions far better than chance', () => {
    const scored = heldOutQuestions.map(({ text, isHard }) => ({ isHard, score: scoreComplexity(ask(text)).score }));
    const pairs = scored
      .filter(({ isHard }) => isHard)
      .flatMap((hard) => scored.filter(({ isHard }) => !isHard).map((easy) => hard.score - easy.score));
    const ranked = pairs.reduce((sum, gap) => sum + (gap > 0 ? 1 : gap === 0 ? 0.5 : 0), 0) / pairs.length;
    expect(ranked).toBeGreaterThan(0.9);
  });

  it('is the same every time, inside its bounds, and never quotes the prompt', () => {
    assert(
      property(string({ maxLength: 400 }), (text) => {
        const first = scoreComplexity(ask(`${text} SECRET-WORD`));
        expect(scoreComplexity(ask(`${text} SECRET-WORD`))).toEqual(first);
        expect(first.score).toBeGreaterThanOrEqual(0);
        expect(first.score).toBeLessThanOrEqual(100);
        expect(tierOf(first.score)).toBe(first.tier);
        expect(JSON.stringify(first)).not.toContain('SECRET-WORD');
      }),
    );
  });

  it('is not slowed down by texts made to slow it down', () => {
    const score = scoreComplexity(ask(`${'a '.repeat(200_000)}${'\n- x'.repeat(50_000)}`));
    expect(score.score).toBeGreaterThan(0);
  });
});

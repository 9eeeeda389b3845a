import { foldMessage, problem } from '@parley/contracts';
import type { AgentRef } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import { emptyRunningAnswer } from '../__fixtures__/messages.ts';
import { calls, finish, playAsFar, says } from '../__fixtures__/play-turn.ts';
import type { PlayOptions } from '../__fixtures__/play-turn.ts';
import { createStepwiseStrategy } from '../__fixtures__/stepwise-strategy.ts';
import { agentRef, setupWith } from '../__fixtures__/tools.ts';
import type { TurnEvent } from '../turn-event.ts';
import type { TurnSetup } from '../turn-setup.ts';
import { handedTo } from './call-parts.ts';

const billing = agentRef(41, 'Billing');
const sales = agentRef(42, 'Sales');
const handOver = (part: number, callId: string, name: string) => calls(part, callId, '{}', `hand_over_to_${name}`);

const other = (agent: AgentRef) => [{ agent, description: '' }];

/** A receptionist who passes the conversation on, and those it can go to. */
function office(): { options: PlayOptions; clerk: ReturnType<typeof createStepwiseStrategy> } {
  const desk = createStepwiseStrategy([handOver(0, 'a', 'billing'), handOver(1, 'b', 'sales'), finish('tool-calls')]);
  const clerk = createStepwiseStrategy([], [says('Here is your bill.'), finish()]);
  const options: PlayOptions = {
    strategy: desk,
    setup: {
      handOffs: [
        { agent: billing, description: 'Bills' },
        { agent: sales, description: 'Sells' },
      ],
    },
    setupOf: (agent: AgentRef): Promise<TurnSetup> =>
      Promise.resolve(setupWith(clerk, [], { agent, instructions: ['You write bills.'] })),
  };
  return { options, clerk };
}

describe('a conversation that is passed on', () => {
  it('goes on with the first agent that it was passed to, who reads all of it', async () => {
    const { options, clerk } = office();
    const { events, answer, outcome } = await playAsFar(options);
    expect(outcome).toMatchObject({ status: 'done' });
    const results = events.flatMap((event) => (event.type === 'tool-result' ? [event] : []));
    expect(results.map(({ callId, failed }) => [callId, failed])).toEqual([
      ['a', false],
      ['b', true],
    ]);
    expect(events.filter(({ type }) => type === 'handed-off')).toEqual([
      { type: 'handed-off', step: 1, part: 2, agent: billing },
    ]);
    expect(answer.slice(2)).toEqual([
      { type: 'hand-off', step: 1, agent: billing },
      { type: 'text', step: 2, text: 'Here is your bill.' },
    ]);
    expect(clerk.requests[0]).toMatchObject({
      instructions: ['You write bills.'],
      turns: [{ role: 'user' }, {}, {}, {}],
    });
    expect(handedTo(answer)).toEqual(billing);
  });

  it('is so from any event on when its process dies', async () => {
    const whole = await playAsFar(office().options);
    for (let lives = 1; lives <= whole.events.length; lives += 1) {
      const events: TurnEvent[] = [];
      const { options, clerk } = office();
      await playAsFar({
        ...options,
        onEvent(event) {
          events.push(event);
          if (events.length === lives) throw new Error('dead');
        },
      }).catch(() => undefined);
      const message = events.reduce((held, event, n) => foldMessage(held, { ...event, n }), emptyRunningAnswer());
      const isFinished = events.at(-1)?.type === 'step-finished';
      const passedTo = handedTo(message.parts);
      const rest = await playAsFar({
        ...options,
        ...(passedTo === undefined ? {} : { strategy: clerk, setup: { agent: passedTo } }),
        answer: message.parts,
        step: message.progress.step + (isFinished ? 1 : 0),
        begun: isFinished ? undefined : { attempt: 1, isUsageHeld: false },
      });
      expect(rest.answer.filter(({ type }) => type === 'hand-off')).toHaveLength(1);
      expect(rest.answer.at(-1)).toMatchObject({ type: 'text', text: 'Here is your bill.' });
      expect(rest.outcome).toMatchObject({ status: 'done' });
    }
  });

  it('stays where it is when the agent is gone', async () => {
    const { options } = office();
    const { answer } = await playAsFar({
      ...options,
      setupOf: () => Promise.reject(problem('agent-not-found')),
    });
    expect(answer.some(({ type }) => type === 'hand-off')).toBe(false);
    expect(answer[0]).toMatchObject({
      state: 'failed',
      output: expect.stringContaining('The conversation cannot be handed over to “Billing”'),
    });
  });

  it('cannot go round for ever', async () => {
    const [ping, pong] = [agentRef(51, 'Ping'), agentRef(52, 'Pong')];
    const lines = Array.from({ length: 60 }, (_, index) => [
      calls(0, `p${index}`, '{}', index % 2 === 0 ? 'hand_over_to_pong' : 'hand_over_to_ping'),
      finish('tool-calls'),
    ]);
    const strategy = createStepwiseStrategy(...lines);
    const { answer, outcome } = await playAsFar({
      strategy,
      setup: { agent: ping, handOffs: other(pong) },
      setupOf: (agent) =>
        Promise.resolve(setupWith(strategy, [], { agent, handOffs: other(agent.id === ping.id ? pong : ping) })),
    });
    expect(answer.filter(({ type }) => type === 'hand-off')).toHaveLength(10);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'step-limit' } });
  });
});

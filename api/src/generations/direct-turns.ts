import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { agentsEndpoint, commandIdSchema, conversationIdSchema, generationIdSchema, problem } from '@parley/contracts';
import type { AgentId, Message, UserId } from '@parley/contracts';
import type { Logger } from 'pino';
import type { ToolApprovals, ToolResults } from '../tools/tool.ts';
import { backOff } from './back-off.ts';
import { createSpending } from './spending.ts';
import { startStopwatch } from './stopwatch.ts';
import type { TurnEvent, TurnOutcome } from './turn-event.ts';
import { runTurn } from './turn-loop.ts';
import type { GivenInputs } from './turn-ports.ts';
import type { TurnSetups } from './turn-setup.ts';

/** A question to an agent that belongs to no conversation. */
export interface DirectTurn {
  readonly userId: UserId;
  readonly agentId: AgentId;
  /** What was said before, the prompt last. */
  readonly history: readonly Pick<Message, 'role' | 'parts'>[];
  /** System text beside the agent's own. */
  readonly instructions: readonly string[];
  readonly maxOutputTokens?: number | undefined;
}

/** Runs agents for programs. Nobody is there to approve or answer anything: what would be asked about is refused. */
export interface DirectTurns {
  /**
   * Answers in this process, without a log; the end of `signal` ends it. Throws what a setup throws before its first
   * event, such as `agent-not-found`.
   */
  run(turn: DirectTurn, signal: AbortSignal): AsyncGenerator<TurnEvent, TurnOutcome>;
}

interface DirectTurnsOptions {
  readonly setups: TurnSetups;
  readonly approvals: ToolApprovals;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** UTF-16 units of a tool's output that a model gets; nothing is kept of what is longer. */
const longestOutput = 50_000;

export function createDirectTurns({ setups, approvals, logger, now }: DirectTurnsOptions): DirectTurns {
  return {
    async *run({ userId, agentId, history, instructions, maxOutputTokens }, signal) {
      const generationId = generationIdSchema.parse(randomUUID());
      const place = { userId, conversationId: conversationIdSchema.parse(randomUUID()), generationId };
      const agent = await setups.pin(
        userId,
        { endpoint: agentsEndpoint, model: agentId, tools: [] },
        undefined,
        signal,
      );
      if (agent === undefined) throw problem('agent-not-found');
      const found = await setups.ofAgent(place, agent, signal);
      const setup = {
        ...found,
        instructions: [...found.instructions, ...instructions],
        parameters: { ...found.parameters, ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }) },
      };
      const watch = startStopwatch(now);
      const neverHalted = new AbortController().signal;
      const base = { generationId, within: [], ancestors: [], answer: [], step: 0, begun: undefined };
      try {
        const turn = runTurn(
          { ...base, history, setup },
          {
            caller: { ...place, role: found.role },
            approvals: withoutAsking(approvals),
            results: cutResults,
            inputs: nobodyThere,
            setupOf: (other, ends) => setups.ofAgent(place, other, ends),
            stop: signal,
            halt: neverHalted,
            steersAfter: () => [],
            written: () => Promise.resolve(),
            beforeEnd: () => Promise.resolve(),
            hangUp: () => undefined,
            onAhead: () => undefined,
            pause: (failures) => delay(backOff(failures), undefined, { signal }),
            watch,
            startWatch: () => startStopwatch(now),
            spending: createSpending(0),
            isOuterSpent: () => false,
            holdTime: () => watch.hold(),
            onToolError: (error, tool) => logger.warn({ err: error, tool, userId }, 'A tool failed'),
          },
        );
        const { outcome } = yield* turn;
        if (outcome === 'waiting') throw new Error('A turn waits that nobody can answer.');
        const { status, error } = outcome;
        logger.info(
          { generationId, userId, agentId, status, error: error?.code, durationMs: watch.elapsed() },
          'agent turn',
        );
        return outcome;
      } finally {
        watch.close();
      }
    },
  };
}

/** What would be asked about is refused; what its user has allowed for good may run. */
function withoutAsking(approvals: ToolApprovals): ToolApprovals {
  return {
    ...approvals,
    async decide(caller, spec) {
      const decision = await approvals.decide(caller, spec);
      if (decision.effect !== 'ask') return decision;
      return { ...decision, effect: 'deny', reason: 'It needs an approval, and nobody is there to give one.' };
    },
  };
}

/** Every question is declined at once. */
const nobodyThere: GivenInputs = {
  given: (callId) => ({
    type: 'input-given',
    commandId: commandIdSchema.parse(randomUUID()),
    callId,
    answer: { kind: 'decline' },
    at: new Date(0).toISOString(),
  }),
  accept: () => undefined,
  onGiven: () => () => undefined,
};

const cutResults: ToolResults = {
  keep(_caller, _callId, { output }) {
    if (output.length <= longestOutput) return Promise.resolve({ output });
    return Promise.resolve({ output: `${output.slice(0, longestOutput)}\n[The rest was too long and is left out.]` });
  },
};

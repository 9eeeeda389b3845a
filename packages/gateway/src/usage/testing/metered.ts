import { vi } from 'vitest';
import type { Call, PlanCaller } from '../../core/call.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { GatewayLog } from '../../core/gateway-log.ts';
import type { ModelEvent } from '../../core/model-event.ts';
import type { Budget, VirtualKey } from '../../keys/virtual-key.ts';
import { createMetering } from '../create-metering.ts';
import type { MeteredConfig, Metering } from '../create-metering.ts';
import { callOf, planOf, targetOf, virtualKey } from './budgeted-call.ts';

/** A signal that never aborts. */
export const { signal } = new AbortController();
export const plan = planOf('openai/gpt-4o');
/** 1000 tokens in at 2.50 USD and 100 out at 10 USD a million: 3500 micro-units. */
export const usage = { input: 1000, output: 100 };
export const whole: readonly ModelEvent[] = [
  { type: 'text-delta', part: 0, text: 'Hello' },
  { type: 'usage', usage },
  { type: 'finish', reason: 'stop' },
];

export interface MeteredSetup extends Partial<MeteredConfig> {
  readonly wallClock?: () => number;
  readonly log?: GatewayLog;
}

/** A metering of its own, and its wrapper. */
export function setUpMetering({ wallClock, log, ...config }: MeteredSetup = {}) {
  const metering = createMetering({ ...(wallClock && { wallClock }), ...(log && { log }) });
  const rateLimit = { isOn: false, windowMs: 60_000, maxRequests: 100, by: 'session' } as const;
  const wrap = metering.withBudget({ prices: {}, unknownPrice: 'count', rateLimit, ...config });
  return { metering, wrap };
}

export function keyWith(...budgets: readonly Budget[]): VirtualKey {
  return virtualKey({ budgets });
}

export function callBy(key: VirtualKey): Call {
  return callOf({ scope: { caller: 'digest', key } });
}

/** What is booked on the budgets of a key, in their order. */
export async function spentOf(metering: Metering, key: VirtualKey): Promise<readonly number[]> {
  return (await metering.budgetsOf(key)).map(({ spent }) => spent);
}

type Line = (fields: object, message: string) => void;

/** A log whose lines a test can count. */
export function logOf() {
  return { info: vi.fn<Line>(), warn: vi.fn<Line>(), error: vi.fn<Line>() };
}

/** Fails before there is an answer, after one try that used something. */
export const failing: PlanCaller = async ({ trail }) => {
  trail.attempts.push({ target: 'openai/gpt-4o', purpose: 'first', startedAt: 0, outcome: 'upstream-error', usage });
  throw new GatewayError('upstream-error', { message: 'No.' });
};

/** Says 40 characters and then nothing any more. */
export const hanging: PlanCaller = async () => ({ target: targetOf('openai/gpt-4o'), batches: fortyCharacters() });

async function* fortyCharacters(): AsyncGenerator<readonly ModelEvent[]> {
  yield [{ type: 'text-delta', part: 0, text: 'x'.repeat(40) }];
  await new Promise(() => undefined);
}

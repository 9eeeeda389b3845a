import type { Answer, Call, CallScope, PlanCaller } from '../core/call.ts';
import type { ModelEvent } from '../core/model-event.ts';
import type { ModelSettings } from '../core/gateway-config.ts';
import type { Target } from '../core/provider-strategy.ts';

/** A call whose answer is no words, such as vectors: only its input costs. */
export interface InputCall {
  readonly id: string;
  /** As the client wrote it. */
  readonly model: string;
  readonly scope: CallScope;
  readonly target: Target;
  /** About how many tokens it has. */
  readonly tokens: number;
  readonly signal: AbortSignal;
}

/** Does `work`, which resolves with the tokens that were used, within the limits and budgets of its caller. */
export type ChargeInput = (call: InputCall, work: () => Promise<number>) => Promise<number>;

/** Charges such calls like any other, by the wrapper of the gateway's configuration. */
export function createChargeInput(
  withBudget: (next: PlanCaller) => PlanCaller,
  { modelDefaults, totalDeadlineMs }: { readonly modelDefaults: ModelSettings; readonly totalDeadlineMs: number },
  now: () => number = () => performance.now(),
): ChargeInput {
  return async (input, work) => {
    const { model, target, signal } = input;
    let used = 0;
    const next: PlanCaller = async (): Promise<Answer> => {
      used = await work();
      return { target, batches: said({ input: used, output: 0 }) };
    };
    const plan = { name: model, candidates: [{ target, weight: 1 }], settings: modelDefaults };
    const { batches } = await withBudget(next)(callOf(input, now() + totalDeadlineMs), plan, signal);
    const reader = batches[Symbol.asyncIterator]();
    await reader.next();
    await reader.return?.();
    return used;
  };
}

async function* said(usage: { input: number; output: number }): AsyncGenerator<readonly ModelEvent[]> {
  yield [
    { type: 'usage', usage },
    { type: 'finish', reason: 'stop' },
  ];
}

function callOf({ id, model, scope, tokens }: InputCall, deadline: number): Call {
  return {
    id,
    model,
    isStream: false,
    toRequest: () => ({ model, instructions: [], turns: [], tools: [], sampling: {} }),
    traits: () => ({
      hasImages: false,
      hasAudio: false,
      toolCount: 0,
      wantsSchema: false,
      approximateTokens: tokens,
      maxOutputTokens: 0,
    }),
    scope,
    trail: { attempts: [], dropped: new Set(), reasons: [] },
    startBy: deadline,
    deadline,
  };
}

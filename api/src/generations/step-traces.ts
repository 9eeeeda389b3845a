import { createHash } from 'node:crypto';
import type { AnswerTrace, StepTrace } from '@parley/contracts';
import type { ModelEvent, ModelRequest, ModelUsage } from '@parley/gateway';
import type { Stopwatch } from './stopwatch.ts';
import type { TurnSetup } from './turn-setup.ts';

/** Notes how the steps of a turn go. Times are those of the turn's own watch, which stops while people are waited for. */
export interface StepTraces {
  /** A model is called for a step, perhaps not for the first time; the returned function is told what it says. */
  call(step: number, request: ModelRequest, setup: Pick<TurnSetup, 'costOf'>): (event: ModelEvent) => void;
  /** Measures the tools that were called after a step until the returned function is called. */
  tools(step: number): () => void;
  /** How a step went so far; `undefined` where no model was called. */
  of(step: number): StepTrace | undefined;
}

interface OpenTrace {
  /** By the watch. */
  readonly begunAt: number;
  trace: StepTrace;
  /** The model has said its last word. */
  isOver: boolean;
}

/** Begins with what an earlier producer has noted. */
export function createStepTraces(watch: Pick<Stopwatch, 'elapsed'>, noted: AnswerTrace = []): StepTraces {
  const traces = new Map<number, OpenTrace>(noted.map((trace) => [trace.step, { begunAt: 0, trace, isOver: true }]));
  const called = new Set<number>();

  function open(step: number, request: ModelRequest): OpenTrace {
    const held = traces.get(step);
    // A call that is made again, because it broke off, is the same call to whoever waits for it.
    const begunAt = held !== undefined && called.has(step) ? held.begunAt : watch.elapsed();
    called.add(step);
    const trace = { step, model: request.model, modelMs: 0, sentHash: hashOfSent(request) };
    const opened = { begunAt, trace, isOver: false };
    traces.set(step, opened);
    return opened;
  }

  function since({ begunAt }: OpenTrace): number {
    return Math.round(watch.elapsed() - begunAt);
  }

  return {
    call(step, request, { costOf }) {
      const opened = open(step, request);
      const add = (more: Partial<StepTrace>): void => void (opened.trace = { ...opened.trace, ...more });
      return (event) => {
        switch (event.type) {
          case 'answer-start':
            if (event.served !== undefined) add(servedIn(event.served));
            break;
          case 'text-delta':
          case 'reasoning-delta':
          case 'refusal-delta':
          case 'tool-input-delta':
            if (opened.trace.firstTokenMs === undefined) add({ firstTokenMs: since(opened) });
            break;
          case 'usage':
            add({ usage: tokensOf(event.usage) });
            break;
          case 'finish':
          case 'failure':
            add({ modelMs: since(opened), ...costIn(opened.trace, costOf) });
            opened.isOver = true;
            break;
          default:
            break;
        }
      };
    },

    tools(step) {
      const begunAt = watch.elapsed();
      return () => {
        const held = traces.get(step);
        if (held === undefined) return;
        const { toolsMs = 0, ...trace } = held.trace;
        held.trace = { ...trace, toolsMs: toolsMs + Math.round(watch.elapsed() - begunAt) };
      };
    },

    of(step) {
      const held = traces.get(step);
      return held === undefined || held.isOver ? held?.trace : { ...held.trace, modelMs: since(held) };
    },
  };
}

/** SHA-256 of what a model is sent, whatever key it is asked under. */
export function hashOfSent({ idempotencyKey: _key, ...request }: ModelRequest): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64url');
}

function servedIn({
  provider,
  model,
  attempts,
  cached,
}: NonNullable<Extract<ModelEvent, { type: 'answer-start' }>['served']>): Partial<StepTrace> {
  return {
    servedBy: { provider, model },
    ...(attempts === undefined ? {} : { attempts }),
    ...(cached === undefined ? {} : { cached }),
  };
}

function tokensOf({ input, output, cachedInput, reasoning }: ModelUsage): NonNullable<StepTrace['usage']> {
  return {
    input,
    output,
    ...(cachedInput === undefined ? {} : { cachedInput }),
    ...(reasoning === undefined ? {} : { reasoning }),
  };
}

/** What the gateway had kept costs nothing. */
function costIn({ usage, cached }: StepTrace, costOf: TurnSetup['costOf']): Pick<StepTrace, 'costMicroUsd'> {
  if (cached === true) return { costMicroUsd: 0 };
  const cost = usage === undefined ? undefined : costOf(usage);
  return cost === undefined ? {} : { costMicroUsd: Math.round(cost) };
}

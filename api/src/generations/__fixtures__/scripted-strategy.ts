import type { ModelEvent, ModelRequest, ProviderStrategy, Target } from '@parley/gateway';

/** What a scripted model does with one call: says events, throws an error, or falls silent for ever. */
export type Line = ModelEvent | Error | 'silence';

export interface ScriptedStrategy extends ProviderStrategy {
  /** The requests of all calls so far. */
  readonly requests: ModelRequest[];
  /** Signals of all calls so far. */
  readonly signals: AbortSignal[];
}

/** A model that plays one script per call, in order. It ignores its signal, as the worst of them do. */
export function createScriptedStrategy(...scripts: readonly (readonly Line[])[]): ScriptedStrategy {
  const requests: ModelRequest[] = [];
  const signals: AbortSignal[] = [];
  return {
    dialect: 'openai-chat',
    requests,
    signals,
    async *stream(request: ModelRequest, _target: Target, signal: AbortSignal) {
      const script = scripts[requests.length] ?? [];
      requests.push(request);
      signals.push(signal);
      for (const line of script) {
        if (line instanceof Error) throw line;
        if (line === 'silence') await new Promise<never>(() => undefined);
        else yield line;
      }
    },
  };
}

export const scriptedTarget: Target = {
  provider: 'scripted',
  baseUrl: 'http://127.0.0.1:9/v1',
  model: 'scripted-1',
  timeouts: { connect: 1_000, headers: 1_000, content: 1_000, idle: 1_000 },
};

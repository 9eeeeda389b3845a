import type { ModelRequest, ProviderStrategy } from '@parley/gateway';
import type { Line } from './scripted-strategy.ts';

/** A model that plays one script per step, whoever asks and however often; keeps nothing of what it said. */
export function createStepwiseStrategy(...scripts: readonly (readonly Line[])[]): ProviderStrategy & {
  readonly requests: ModelRequest[];
} {
  const requests: ModelRequest[] = [];
  return {
    dialect: 'openai-chat',
    requests,
    async *stream(request: ModelRequest) {
      requests.push(request);
      const step = Number(request.idempotencyKey?.split(':')[1]);
      // Model calls and rounds of tool calls take turns.
      for (const line of scripts[step / 2] ?? []) {
        if (line instanceof Error) throw line;
        if (line === 'silence') await new Promise<never>(() => undefined);
        else yield line;
      }
    },
  };
}

import { createOpenAiChatFace } from '../dialects/openai-chat/face.ts';
import type { CallObserver } from '../core/call-observer.ts';
import type { Lasting, Snapshot } from '../core/snapshot.ts';
import type { CallMetrics } from '../observability/call-metrics.ts';
import type { Recordings } from '../recordings/recordings.ts';
import { createHandler } from './create-handler.ts';
import { createGenerate } from './generate.ts';
import type { LoadShedding } from './load-shedding.ts';
import { operationsEndpoints } from './operations-endpoints.ts';

export interface GatewayHandlerOptions {
  readonly snapshot: Snapshot;
  readonly lasting: Lasting;
  readonly metrics: CallMetrics;
  readonly observer: CallObserver;
  readonly shedding: LoadShedding;
  readonly recordings: Recordings | undefined;
  readonly isDraining: () => boolean;
  readonly reload?: () => Promise<readonly string[]>;
  /** See `GatewayOptions`. */
  readonly metricsOfOthers?: () => Promise<readonly string[]>;
}

/** The HTTP face of one configuration. */
export function createGatewayHandler(options: GatewayHandlerOptions): ReturnType<typeof createHandler> {
  const { snapshot, lasting, observer, shedding, recordings } = options;
  const { config, directory, planner, admission, answer } = snapshot;
  const { log, now, closing, running, registry, responses } = lasting;
  return createHandler({
    admission,
    faces: registry.faces,
    plainFace: registry.faces['openai-chat'] ?? createOpenAiChatFace(),
    generate: createGenerate({ config, planner, answer, observer, shedding, log, recordings, responses, now }),
    models: () => directory.list(),
    recordings,
    endpoints: operationsEndpoints(options),
    log,
    now,
    closing,
    running,
  });
}

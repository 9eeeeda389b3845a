import { ProblemError } from '@parley/contracts';
import type { AgentSettings } from '@parley/contracts';
import type { ModelService } from '../models/model-service.ts';

/** Milliseconds. */
const deadline = 15_000;

/** What of the place that settings name is not here: the endpoint, its model, or nothing. */
export async function missingModel(
  models: Pick<ModelService, 'resolve'>,
  { endpoint, model }: Pick<AgentSettings, 'endpoint' | 'model'>,
  signal: AbortSignal,
): Promise<'endpoint' | 'model' | undefined> {
  try {
    await models.resolve(endpoint, model, AbortSignal.any([signal, AbortSignal.timeout(deadline)]));
    return undefined;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    if (error.code === 'endpoint-not-found') return 'endpoint';
    if (error.code === 'model-not-found') return 'model';
    throw error;
  }
}

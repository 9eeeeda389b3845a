import { actionRoutes } from '@parley/contracts';
import type { ActionOperation } from '@parley/contracts';
import { call } from '../../lib/api/call.ts';

/** An OpenAPI description and what it offers. */
export interface Description {
  readonly specification: string;
  readonly title: string;
  readonly serverUrl: string | null;
  readonly operations: readonly ActionOperation[];
  /** Sentences about operations that cannot become tools. */
  readonly leftOut: readonly string[];
}

/** Has the server read a description. Throws its problems. */
export async function readDescription(specification: string, signal?: AbortSignal): Promise<Description> {
  const options = signal === undefined ? {} : { signal };
  return { specification, ...(await call(actionRoutes.inspect, { body: { specification } }, options)) };
}

import type { ModelUsage } from '../core/model-event.ts';
import type { Writable } from '../core/writable.ts';

/** A usage that is being added up. */
export type UsageCounts = Writable<ModelUsage>;

/** Everything that a usage counts. */
export const usageKinds = [
  'input',
  'output',
  'cachedInput',
  'cacheWrite',
  'cacheWriteHour',
  'reasoning',
  'audioInput',
  'audioOutput',
  'serverToolCalls',
] as const satisfies readonly (keyof ModelUsage)[];

import type { ModelUsage } from '../core/model-event.ts';
import { usageKinds } from './usage-kinds.ts';
import type { UsageCounts } from './usage-kinds.ts';

/** Several usages as one; kinds that none of them has stay absent. */
export function sumOfUsage(usages: readonly ModelUsage[]): ModelUsage {
  const [only] = usages;
  if (only !== undefined && usages.length === 1) return only;
  const sum: UsageCounts = { input: 0, output: 0 };
  for (const usage of usages) {
    for (const kind of usageKinds) {
      const count = usage[kind];
      if (count !== undefined) sum[kind] = (sum[kind] ?? 0) + count;
    }
  }
  return sum;
}

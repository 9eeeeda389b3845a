import type { ModelUsage } from '../core/model-event.ts';

const optionalKinds = [
  'cachedInput',
  'cacheWrite',
  'cacheWriteHour',
  'reasoning',
  'audioInput',
  'audioOutput',
  'serverToolCalls',
] as const;

/** Several usages as one; kinds that none of them has stay absent. */
export function sumOfUsage(usages: readonly ModelUsage[]): ModelUsage {
  const [only] = usages;
  if (only !== undefined && usages.length === 1) return only;
  const sum: { -readonly [Kind in keyof ModelUsage]: ModelUsage[Kind] } = { input: 0, output: 0 };
  for (const usage of usages) {
    sum.input += usage.input;
    sum.output += usage.output;
    for (const kind of optionalKinds) {
      const count = usage[kind];
      if (count !== undefined) sum[kind] = (sum[kind] ?? 0) + count;
    }
  }
  return sum;
}

import type { ServedBy } from '../core/model-event.ts';
import type { LineHeaders } from './upstream-line.ts';

/** Characters of a name that are believed. */
const longestName = 500;

/** What a Parley gateway says in its answer's headers about who served it; `undefined` when it says nothing. */
export function servedByOf(headers: LineHeaders): ServedBy | undefined {
  const provider = textOf(headers['x-parley-provider']);
  const model = textOf(headers['x-parley-model']);
  if (provider === undefined || model === undefined) return undefined;
  const attempts = countOf(headers['x-parley-attempts']);
  const cache = textOf(headers['x-cache']);
  return {
    provider,
    model,
    ...(attempts === undefined ? {} : { attempts }),
    ...(cache === undefined ? {} : { cached: cache === 'hit' || cache === 'near' }),
  };
}

function textOf(value: LineHeaders[string]): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, longestName) : undefined;
}

function countOf(value: LineHeaders[string]): number | undefined {
  return typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : undefined;
}

import { actionRoutes } from '@parley/contracts';
import type { ActionOperation } from '@parley/contracts';
import { call } from '../../lib/api/call.ts';
import { parseJson } from '../../lib/parse-json.ts';

/** An OpenAPI description and what it offers. */
export interface Description {
  readonly specification: string;
  readonly title: string;
  readonly serverUrl: string | null;
  readonly operations: readonly ActionOperation[];
  /** Sentences about operations that cannot become tools. */
  readonly leftOut: readonly string[];
}

/** UTF-16 units from which on JSON is sent without its white space: a request may have 1 MiB, escapes included. */
const longAsWritten = 400_000;

/** Has the server read a description. Throws its problems. */
export async function readDescription(text: string, signal?: AbortSignal): Promise<Description> {
  const specification = text.length > longAsWritten ? compact(text) : text;
  const options = signal === undefined ? {} : { signal };
  return { specification, ...(await call(actionRoutes.inspect, { body: { specification } }, options)) };
}

function compact(text: string): string {
  const value = parseJson(text);
  return value === undefined ? text : JSON.stringify(value);
}

import type { GatewayErrorCode } from '../../core/gateway-error.ts';
import type { Target } from '../../core/provider-strategy.ts';
import type { KnownError } from '../../transport/upstream-error.ts';
import { readVendorError, secretsOf } from '../../transport/vendor-error.ts';

/** Ollama's errors are sentences without codes; these are constants of its source (`server/sched.go`, `routes.go`). */
const sentences: readonly (readonly [RegExp, GatewayErrorCode])[] = [
  [/server busy|maximum pending requests/i, 'overloaded'],
  [/model .*not found/i, 'model-not-found'],
  [/exceeds? (?:the )?(?:available |maximum )?context|context (?:length|size|window) exceeded/i, 'context-exceeded'],
];

/** What an error body or line says; undefined when it is none. */
export function readOllamaError(body: unknown, target: Target): KnownError | undefined {
  const vendor = readVendorError(body, secretsOf(target));
  if (!vendor) return undefined;
  const is = sentences.find(([words]) => words.test(vendor.message ?? ''))?.[1];
  return is === undefined ? vendor : { ...vendor, is };
}

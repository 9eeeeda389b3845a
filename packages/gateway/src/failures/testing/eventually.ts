import { vi } from 'vitest';

/** Resolves once `check` no longer throws; a busy machine has ten seconds for it. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 10_000 });
}

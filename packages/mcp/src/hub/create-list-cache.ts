import type { ListName } from '../connect/connection.ts';

/** What a server listed last. */
export interface ListCache<Lists extends Record<ListName, unknown>> {
  /** However old. */
  known<Name extends ListName>(name: Name): Lists[Name] | undefined;
  /** Undefined when it is to be listed again. */
  fresh<Name extends ListName>(name: Name): Lists[Name] | undefined;
  /** How often it changed: to be read before listing, and given to `put`. */
  changes(name: ListName): number;
  /** A list that changed while it was listed counts as changed. */
  put<Name extends ListName>(
    name: Name,
    list: Lists[Name],
    listed: { readonly ttlMs: number; readonly changes: number },
  ): void;
  /** Whether that is news about any of them since it was listed. */
  markStale(names: readonly ListName[]): boolean;
}

interface Entry<List> {
  readonly list: List;
  readonly freshUntil: number;
  hasChanged: boolean;
}

const longestTtlMs = 24 * 60 * 60_000;

/** A cache with nothing in it. */
export function createListCache<Lists extends Record<ListName, unknown>>(now: () => number): ListCache<Lists> {
  const changes: Record<ListName, number> = { tools: 0, resources: 0, templates: 0, prompts: 0 };
  const entries: { [Name in ListName]?: Entry<Lists[Name]> } = {};
  return {
    known: (name) => entries[name]?.list,
    fresh(name) {
      const entry = entries[name];
      return entry !== undefined && !entry.hasChanged && now() < entry.freshUntil ? entry.list : undefined;
    },
    changes: (name) => changes[name],
    put(name, list, { ttlMs, changes: seen }) {
      const freshUntil = now() + Math.min(Math.max(0, ttlMs), longestTtlMs);
      entries[name] = { list, freshUntil, hasChanged: changes[name] !== seen };
    },
    markStale(names) {
      for (const name of names) changes[name] += 1;
      const unchanged = names.flatMap((name) => entries[name] ?? []).filter(({ hasChanged }) => !hasChanged);
      for (const entry of unchanged) entry.hasChanged = true;
      return unchanged.length > 0;
    },
  };
}

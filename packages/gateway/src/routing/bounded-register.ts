export interface BoundedRegister<T> {
  /** What is kept under `id`; made when there is nothing yet. */
  of(id: string): T;
  peek(id: string): T | undefined;
  list(): readonly (readonly [id: string, entry: T])[];
}

export interface BoundedRegisterOptions<T> {
  readonly create: () => T;
  /** Whether nothing is lost when an entry is made anew. */
  readonly mayForget: (entry: T) => boolean;
  readonly limit?: number;
}

/**
 * Keeps one entry for each name. Clients choose names (`provider/anything`), so beyond `limit` the oldest that may be
 * forgotten makes room.
 */
export function createBoundedRegister<T>({
  create,
  mayForget,
  limit = 1000,
}: BoundedRegisterOptions<T>): BoundedRegister<T> {
  const entries = new Map<string, T>();

  function makeRoom(): void {
    for (const [id, entry] of entries) {
      if (!mayForget(entry)) continue;
      entries.delete(id);
      return;
    }
  }

  return {
    of(id) {
      let entry = entries.get(id);
      if (entry === undefined) {
        if (entries.size >= limit) makeRoom();
        entry = create();
        entries.set(id, entry);
      }
      return entry;
    },
    peek: (id) => entries.get(id),
    list: () => [...entries],
  };
}

/** The names of a store's keys. Those of one stream share a hash tag, so that a Cluster keeps them together. */
export function createRedisKeys(prefix: string) {
  const tagOf = (id: string) => `${prefix}:{${encodeURIComponent(id)}}`;
  return {
    /** Meta, entries and channel of a stream, as its scripts want them. */
    of: (id: string) => [`${tagOf(id)}:meta`, `${tagOf(id)}:entries`, `${tagOf(id)}:news`] as const,
    meta: (id: string) => `${tagOf(id)}:meta`,
    channel: (id: string) => `${tagOf(id)}:news`,
    /** What a new fork inherits, while it is copied. */
    inheritance: (id: string, incarnation: string) => `${tagOf(id)}:inheritance:${incarnation}`,
    /** Ids of closed streams by the time of their seal; in a slot of its own, as a hint and no more. */
    closed: `${prefix}:closed`,
    /** Ids of removed streams that forks were made of. */
    hidden: `${prefix}:hidden`,
  };
}

export type RedisKeys = ReturnType<typeof createRedisKeys>;

/** Runs tasks of one key one after the other, tasks of different keys side by side. */
export interface KeyedQueue<K> {
  run<T>(key: K, task: () => Promise<T>): Promise<T>;
  /** Resolves when all tasks so far have ended, however they did. */
  settled(): Promise<void>;
}

export function createKeyedQueue<K>(): KeyedQueue<K> {
  const tails = new Map<K, Promise<unknown>>();
  return {
    async run(key, task) {
      const before = tails.get(key);
      const mine = before === undefined ? task() : before.then(task, task);
      tails.set(key, mine);
      try {
        return await mine;
      } finally {
        if (tails.get(key) === mine) tails.delete(key);
      }
    },
    async settled() {
      await Promise.allSettled(tails.values());
    },
  };
}

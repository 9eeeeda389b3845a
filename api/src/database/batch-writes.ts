/**
 * Writes items together that come while another write is under way, and at once when none is. The returned function
 * resolves when the item is written and rejects when its batch failed.
 */
export function batchWrites<T>(write: (items: readonly T[]) => Promise<unknown>): (item: T) => Promise<void> {
  let waiting: T[] = [];
  let current: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | undefined;

  async function writeWaiting(before: Promise<unknown>): Promise<void> {
    await Promise.allSettled([before]);
    const items = waiting;
    waiting = [];
    next = undefined;
    await write(items);
  }

  return (item) => {
    waiting.push(item);
    if (next === undefined) {
      next = writeWaiting(current);
      current = next;
    }
    return next;
  };
}

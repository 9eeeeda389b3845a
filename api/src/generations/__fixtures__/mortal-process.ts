/** A process that dies: after so many calls of its stores, none of them works any more. */
export interface MortalProcess {
  /** A store as that process uses it. */
  readonly mortal: <T extends object>(store: T) => T;
  readonly isDead: () => boolean;
}

export function createMortalProcess(lives: number): MortalProcess {
  let calls = 0;
  return {
    mortal: (store) =>
      new Proxy(store, {
        get(target, name, receiver) {
          const method: unknown = Reflect.get(target, name, receiver);
          if (typeof method !== 'function') return method;
          return (...input: unknown[]): unknown => {
            calls += 1;
            if (calls <= lives) return method.apply(target, input);
            const dead = Promise.reject(new Error('The process is dead.'));
            return name === 'follow' || name === 'each' ? follow(dead) : dead;
          };
        },
      }),
    isDead: () => calls > lives,
  };
}

async function* follow(next: Promise<never>): AsyncGenerator<never> {
  yield await next;
}

import type { Logger } from 'pino';

/** Things to close, in the opposite order of their opening. */
export interface Shutdown {
  /** Registers something that was just opened. */
  add(name: string, close: () => Promise<void>): void;
  /** Closes everything, last opened first. One that fails is logged and does not keep the others open. */
  run(): Promise<void>;
}

export function createShutdown(log: Logger): Shutdown {
  const steps: { name: string; close: () => Promise<void> }[] = [];
  return {
    add(name, close) {
      steps.push({ name, close });
    },
    async run() {
      for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
        try {
          await step.close();
        } catch (error) {
          log.error({ err: error, part: step.name }, 'A part did not close cleanly');
        }
      }
    },
  };
}

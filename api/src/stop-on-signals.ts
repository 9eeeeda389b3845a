import type { Logger } from 'pino';

/** Milliseconds from being asked to stop until the process ends, whatever is still open. */
const deadline = 10_000;

export interface Stop {
  /** What to close before the process ends; set it once there is something. */
  close?: () => Promise<void>;
}

/**
 * Ends the process in good order: on SIGINT and SIGTERM with code 0, on an uncaught error, which is logged, with code 1.
 * A second signal ends it at once.
 */
export function stopOnSignals(log: Logger): Stop {
  const stop: Stop = {};
  let isStopping = false;

  async function end(code: number): Promise<void> {
    if (isStopping) process.exit(1);
    isStopping = true;
    setTimeout(() => {
      log.error('Stopping took too long; the process ends now');
      process.exit(1);
    }, deadline).unref();
    try {
      await stop.close?.();
    } catch (error) {
      log.error({ err: error }, 'Stopping failed');
      process.exit(1);
    }
    process.exit(code);
  }

  const onSignal = (signal: NodeJS.Signals): void => {
    log.info({ signal }, 'Stopping');
    void end(0);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'Uncaught error');
    void end(1);
  });
  return stop;
}

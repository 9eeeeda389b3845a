import { ProblemError, problem, problems } from '@parley/contracts';
import type { CodeRunEvent } from '@parley/contracts';
import type { Response } from 'express';
import type { Logger } from 'pino';
import type { AdmittedRun } from './code-service.ts';
import { leftOrStopping } from './left-or-stopping.ts';

/** Milliseconds between two comments that keep proxies from closing a quiet stream. */
const keepAliveInterval = 10_000;

/** Runs code and sends what happens as server-sent events, the last of them `done` or `failed`. */
export async function sendEvents(
  run: AdmittedRun,
  response: Response,
  signal: AbortSignal,
  log: Logger,
): Promise<void> {
  response.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  response.flushHeaders();
  const send = (event: CodeRunEvent): void => {
    if (response.writable) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  const keepAlive = setInterval(() => response.write(': keep-alive\n\n'), keepAliveInterval);
  try {
    const result = await run.begin(signal, send);
    send({ type: 'done', result });
  } catch (error) {
    const { code, detail, cause } = toProblem(leftOrStopping(error, signal));
    if (code === 'internal-error') log.error({ err: cause }, 'A run of code failed');
    send({ type: 'failed', code, title: problems[code].title, ...(detail === undefined ? {} : { detail }) });
  } finally {
    clearInterval(keepAlive);
    response.end();
  }
}

function toProblem(error: unknown): ProblemError {
  return error instanceof ProblemError ? error : problem('internal-error', { cause: error });
}

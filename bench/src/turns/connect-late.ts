import { RefusedError } from './connection.ts';
import type { Connect } from './connection.ts';
import { createLogParser, openLog } from './open-log.ts';

/**
 * A reader that takes its bytes at once and looks at them only when its connection has ended: a thousand of them cost
 * the machine that is measured next to nothing.
 */
export const connectLate: Connect = async (attempt) => {
  const response = await openLog(attempt);
  if (response.statusCode !== 200) {
    response.resume();
    throw new RefusedError(response.statusCode ?? 0);
  }
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) if (chunk instanceof Buffer) chunks.push(chunk);
  } finally {
    createLogParser(attempt).feed(Buffer.concat(chunks).toString());
  }
};

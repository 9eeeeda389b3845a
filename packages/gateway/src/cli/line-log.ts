import { logLevels } from '../config/run-settings.ts';
import type { LogLevel } from '../config/run-settings.ts';
import type { GatewayLog } from '../core/gateway-log.ts';

export interface LineLog extends GatewayLog {
  /** Lines below this level are left out from now on. */
  setLevel(level: LogLevel): void;
  /** Lines of this level and above go there as well. */
  add(write: LineWriter, level: LogLevel): void;
}

/** `isUrgent`: the line tells of a fault, and must not wait where lines are gathered. */
export type LineWriter = (line: string, isUrgent: boolean) => void;

/** One JSON object for each line. */
export function createLineLog(write: LineWriter, level: LogLevel = 'info'): LineLog {
  const places = [{ write, rank: rankOf(level) }];
  const stamp = createStamp();

  function writer(name: (typeof logLevels)[number]) {
    const rank = rankOf(name);
    const isUrgent = name !== 'info';
    return (fields: object, message: string): void => {
      if (!places.some((place) => rank <= place.rank)) return;
      const rest = JSON.stringify(readable(fields)).slice(1);
      const head = `{"time":"${stamp()}","level":"${name}","message":${JSON.stringify(message)}`;
      const line = `${head}${rest === '}' ? '' : ','}${rest}\n`;
      for (const place of places) if (rank <= place.rank) place.write(line, isUrgent);
    };
  }

  return {
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
    setLevel(next) {
      const [main] = places;
      if (main) main.rank = rankOf(next);
    },
    add: (other, own) => void places.push({ write: other, rank: rankOf(own) }),
  };
}

/** `silent` is below everything. */
function rankOf(level: LogLevel): number {
  return logLevels.findIndex((name) => name === level);
}

/** Errors become their stacks, which JSON has no words for. */
function readable(fields: object): object {
  if (!Object.values(fields).some((value) => value instanceof Error)) return fields;
  const plain = Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? value.stack : value]);
  return Object.fromEntries(plain);
}

/** The time of now; lines of one millisecond share it. */
function createStamp(): () => string {
  let at = 0;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== at) text = new Date(now).toISOString();
    at = now;
    return text;
  };
}

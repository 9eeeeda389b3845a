import * as z from 'zod/mini';
import type { Tool } from '../tool.ts';
import { builtInSpec } from './built-in-spec.ts';

const parsedInput = z.object({ time_zone: z.optional(z.string()) });

/** Tells date and time anywhere. `now`: milliseconds since the epoch. */
export function createCurrentTime(now: () => number): Tool {
  return {
    spec: builtInSpec({
      name: 'current_time',
      title: 'Current time',
      summary: 'Knows the date and the time, in any time zone.',
      description:
        'The date, weekday and time right now, in a time zone of the IANA database. UTC unless one is named.',
      inputSchema: {
        type: 'object',
        properties: {
          time_zone: { type: 'string', maxLength: 100, description: 'Such as Europe/Berlin, America/New_York or UTC.' },
        },
        additionalProperties: false,
      },
    }),
    run(input) {
      const { time_zone: timeZone = 'UTC' } = parsedInput.parse(input);
      const at = new Date(now());
      try {
        return Promise.resolve({ output: describeTime(at, timeZone), failed: false });
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        const output = `“${timeZone}” is not a time zone of the IANA database. Europe/Berlin would be one.`;
        return Promise.resolve({ output, failed: true });
      }
    },
  };
}

function describeTime(at: Date, timeZone: string): string {
  const words = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  }).format(at);
  return `${words} (${timeZone}). In UTC: ${at.toISOString()}`;
}

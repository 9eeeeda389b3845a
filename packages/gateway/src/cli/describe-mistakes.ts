import type { GatewayConfigError } from '../config/gateway-config-error.ts';

/** All mistakes, a line each, with the place in the file where there is one. */
export function describeMistakes({ mistakes }: Pick<GatewayConfigError, 'mistakes'>): string {
  const lines = mistakes.map(
    ({ variable, message, place }) => `  ${place === undefined ? '' : `${place} `}${variable}: ${message}`,
  );
  const title = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
  return `The configuration has ${title}:\n${lines.join('\n')}`;
}

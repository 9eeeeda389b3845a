import type { Variables } from './env.ts';
import type { Environment } from './environment.ts';
import type { Mistake } from './mistake.ts';

/** Where apps of tools are framed: a server without users and cookies, whose origin is not the product's. */
export interface AppFramesConfig {
  readonly port: number;
  /** Its origin where a proxy gives it a name of its own. Absent: that port of whatever host the page came from. */
  readonly url?: string;
  /** Origins that apps may load from and connect to when their servers name them. */
  readonly hosts: readonly string[];
}

/** The settings of the variables; nothing when apps are switched off, or when the app's own port is left to chance. */
export function appFramesOf(variables: Variables): { readonly appFrames?: AppFramesConfig } {
  const { APP_FRAME_PORT: port = portBeside(variables), APP_FRAME_URL: url, APP_FRAME_HOSTS: hosts } = variables;
  return port === 0 ? {} : { appFrames: { port, hosts, ...(url === undefined ? {} : { url }) } };
}

/** Another port is another origin, and an origin of its own is the point of it all. */
export function checkAppFrames(environment: Environment, variables: Variables): Mistake[] {
  const { APP_FRAME_PORT: port, APP_FRAME_URL: url, PORT, GATEWAY_ENABLED, GATEWAY_PORT, DOMAIN_SERVER } = variables;
  const mistake = (subject: string, message: string, fix: string): Mistake[] => [
    { place: environment.placeOf(subject), subject, message, fix },
  ];
  const isTaken = port !== undefined && port !== 0 && (port === PORT || (GATEWAY_ENABLED && port === GATEWAY_PORT));
  if (isTaken) {
    const fix = `APP_FRAME_PORT=${portBeside(variables)}, or APP_FRAME_PORT=off`;
    return mistake('APP_FRAME_PORT', `must be a port of its own; ${port} is taken by another part of Parley`, fix);
  }
  if (url === undefined) return [];
  if (DOMAIN_SERVER === undefined) {
    return mistake('DOMAIN_SERVER', 'must be given with APP_FRAME_URL', 'DOMAIN_SERVER=https://chat.example.com');
  }
  if (url !== DOMAIN_SERVER) return [];
  return mistake('APP_FRAME_URL', 'must not be the address of Parley itself', 'APP_FRAME_URL=https://apps.example.net');
}

function portBeside({ PORT, GATEWAY_ENABLED, GATEWAY_PORT }: Variables): number {
  if (PORT === 0) return 0;
  const step = GATEWAY_ENABLED && PORT + 1 === GATEWAY_PORT ? 2 : 1;
  return PORT + step <= 65_535 ? PORT + step : PORT - step;
}

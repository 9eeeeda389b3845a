import type { IncomingMessage } from 'node:http';

/** The host that a browser asked, without its port; undefined for what no content security policy could name. */
export function hostNameOf({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  return /^([a-z\d](?:[a-z\d.-]{0,251}[a-z\d])?)(?::\d{1,5})?$/i.exec(headers.host ?? '')?.[1];
}

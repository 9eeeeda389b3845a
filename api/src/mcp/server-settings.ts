import { problem } from '@parley/contracts';
import type { McpServerSettings } from '@parley/contracts';
import type { McpServerRecord } from '../database/repositories/mcp-server-repository.ts';
import type { McpServerSecrets } from './mcp-definition.ts';

type StoredSettings = McpServerRecord['settings'];

/** Settings as they are kept: what anybody may see who may change them, and what nobody sees again. */
export interface SplitSettings {
  readonly settings: StoredSettings;
  readonly secrets: McpServerSecrets;
}

interface Before {
  readonly settings: StoredSettings;
  readonly secrets: McpServerSecrets;
}

/**
 * Takes the secrets out of settings. One that is absent stays as it was, but only for the same address: whoever changes
 * a server must not be able to send its key elsewhere. Throws `invalid-request`.
 */
export function splitSettings(given: McpServerSettings, before?: Before): SplitSettings {
  const { title, description, transport } = given;
  const url = checkedUrl(given.url);
  const kept = before?.settings.url === url ? before.secrets : {};
  const shared = { title, description, url, transport };
  switch (given.auth.kind) {
    case 'none':
      return { settings: { ...shared, auth: { kind: 'none' } }, secrets: {} };
    case 'api-key': {
      const { scheme, header, key = kept.apiKey } = given.auth;
      if (key === undefined) throw refuse('body.auth.key', 'Please enter the key');
      if (/[\r\n\0]/.test(key)) throw refuse('body.auth.key', 'must be one line');
      const auth = { kind: 'api-key', scheme, ...(header === undefined ? {} : { header }) } as const;
      return { settings: { ...shared, auth }, secrets: { apiKey: key } };
    }
    default: {
      const { clientId, scope } = given.auth;
      const isSameClient = before?.settings.auth.kind === 'oauth' && before.settings.auth.clientId === clientId;
      const clientSecret = given.auth.clientSecret ?? (isSameClient ? kept.clientSecret : undefined);
      if (clientSecret !== undefined && clientId === undefined) {
        throw refuse('body.auth.clientId', 'Please enter the client id that the secret belongs to');
      }
      const known = { ...(clientId === undefined ? {} : { clientId }), ...(scope === undefined ? {} : { scope }) };
      return {
        settings: { ...shared, auth: { kind: 'oauth', ...known } },
        secrets: clientSecret === undefined ? {} : { clientSecret },
      };
    }
  }
}

function checkedUrl(text: string): string {
  const url = new URL(text);
  if (url.username === '' && url.password === '') return url.href;
  throw refuse('body.url', 'must not hold a user name or password');
}

function refuse(path: string, message: string) {
  return problem('invalid-request', { detail: `${path}: ${message}`, issues: [{ path, message }] });
}

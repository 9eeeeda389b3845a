import type { McpTarget } from '@parley/mcp';
import type { User } from '@parley/contracts';
import { fillPlaceholders, placeholdersOf } from '../config/mcp-placeholders.ts';
import type { Placeholder } from '../config/mcp-placeholders.ts';
import type { McpDefinition } from './mcp-definition.ts';

/** Whose values stand for a server's placeholders. */
export interface McpPerson {
  readonly user: Pick<User, 'id' | 'name' | 'email' | 'role'>;
  /** What they have filled in, by name. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Who shares a connection when nothing about it is personal. */
const sharedHolder = 'shared';

/** The placeholders of a server; those that somebody added have none, whatever they look like. */
export function placeholdersOfServer({ origin, transport }: McpDefinition): Placeholder[] {
  if (origin === 'user') return [];
  const texts =
    transport.type === 'stdio'
      ? [...transport.args, ...Object.values(transport.env)]
      : [transport.url, ...Object.values(transport.headers)];
  return texts.flatMap(placeholdersOf);
}

/** The server as everybody may use it, with nothing of anybody in it. */
export function sharedTarget(definition: McpDefinition): McpTarget {
  return targetFor(definition, sharedHolder, (text) => text);
}

/** The server as one person uses it; undefined when what they have filled in makes no address. */
export function personalTarget(definition: McpDefinition, person: McpPerson): McpTarget | undefined {
  const target = targetFor(definition, person.user.id, (text, place) =>
    definition.origin === 'user'
      ? text
      : fillPlaceholders(text, (placeholder, offset) => encode(valueOf(placeholder, person), place, offset)),
  );
  const { transport } = target.server;
  if (transport.type === 'stdio') return target;
  return /^https?:$/.test(URL.parse(transport.url)?.protocol ?? '') ? target : undefined;
}

type Place = 'url' | 'header' | 'program';

function targetFor(definition: McpDefinition, holder: string, fill: (text: string, place: Place) => string): McpTarget {
  const { id, transport, connectTimeoutMs, callTimeoutMs, signIn } = definition;
  const oauth = signIn === undefined ? {} : { oauth: signIn.settings };
  return {
    holder,
    server: { id, transport: fillTransport(transport, fill), connectTimeoutMs, callTimeoutMs, ...oauth },
  };
}

function fillTransport(
  transport: McpDefinition['transport'],
  fill: (text: string, place: Place) => string,
): McpTarget['server']['transport'] {
  const all = (texts: Readonly<Record<string, string>>, place: Place): Record<string, string> =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fill(text, place)]));
  if (transport.type === 'stdio') {
    const args = transport.args.map((text) => fill(text, 'program'));
    return { ...transport, args, env: all(transport.env, 'program') };
  }
  return { ...transport, url: fill(transport.url, 'url'), headers: all(transport.headers, 'header') };
}

function valueOf(placeholder: Placeholder, { user, variables }: McpPerson): string {
  switch (placeholder.kind) {
    case 'variable':
      return variables[placeholder.name] ?? '';
    case 'user':
      return userValue(placeholder.field, user);
    default:
      return '';
  }
}

function userValue(field: Extract<Placeholder, { kind: 'user' }>['field'], user: McpPerson['user']): string {
  switch (field) {
    case 'ID':
      return user.id;
    case 'NAME':
      return user.name;
    case 'USERNAME':
      return user.email.replace(/@.*$/, '');
    case 'EMAIL':
      return user.email;
    default:
      return user.role;
  }
}

/**
 * Keeps a value from meaning more than itself. In an address it cannot add a path or another host, unless the whole
 * address begins with it; a header that is not plain text is sent in base64, marked `b64:` as LibreChat does.
 */
function encode(value: string, place: Place, offset: number): string {
  if (place === 'url') return offset === 0 ? value : encodeURIComponent(value);
  if (place === 'header' && !/^[\x20-\x7e]*$/.test(value)) return `b64:${Buffer.from(value).toString('base64')}`;
  return value;
}

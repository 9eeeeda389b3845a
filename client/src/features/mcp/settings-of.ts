import type { McpServerSettings } from '@parley/contracts';

export type AuthKind = McpServerSettings['auth']['kind'];

/** A filled-in form in the shape of a server's settings, to be parsed. What was left empty is absent. */
export function settingsOf(form: FormData): object {
  const textOf = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const given = (...names: readonly string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, textOf(name)]).filter(([, value]) => value !== ''));
  const kind = textOf('auth');
  return {
    title: textOf('title'),
    description: textOf('description'),
    url: textOf('url'),
    transport: textOf('transport'),
    auth: {
      kind,
      ...(kind === 'oauth' ? given('clientId', 'clientSecret', 'scope') : {}),
      ...(kind === 'api-key' ? given('key', 'scheme', 'header') : {}),
    },
  };
}

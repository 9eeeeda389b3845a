import { providerRows, timeoutsFor } from '../../catalog/providers.ts';
import type { Provider } from '../../core/gateway-config.ts';
import type { Dialect } from '../../core/model-request.ts';
import { readAddress, readBaseUrl } from '../base-url.ts';
import { catalogRow } from '../environment/providers-from-environment.ts';
import { nearestName } from '../nearest-name.ts';
import { defined } from './defined.ts';
import type { ProviderYaml } from './gateway-yaml.ts';
import type { MistakeList } from './mistake-list.ts';

/** Dialects whose base URL ends with a version, which may be left out. */
const versioned: readonly (Dialect | undefined)[] = ['openai-chat', 'openai-responses', 'anthropic-messages'];
const keyOfTheUser = 'user_provided';

/**
 * The providers of the file in its order, then those that only the environment knows, then the guide. One that both
 * know keeps from the environment what the file leaves out.
 */
export function providersFromYaml(
  rows: Readonly<Record<string, ProviderYaml>>,
  known: readonly Provider[],
  mistakes: MistakeList,
): Provider[] {
  const own = Object.entries(rows).flatMap(([name, row]) => {
    if (row.enabled === false) return [];
    const provider = toProvider(
      name,
      row,
      known.find((candidate) => candidate.name === name),
      mistakes,
    );
    return provider ? [provider] : [];
  });
  const others = known.filter(({ name }) => !Object.hasOwn(rows, name));
  const all = [...own, ...others];
  return [...all.filter(({ dialect }) => dialect !== 'guide'), ...all.filter(({ dialect }) => dialect === 'guide')];
}

function toProvider(
  name: string,
  row: ProviderYaml,
  existing: Provider | undefined,
  mistakes: MistakeList,
): Provider | undefined {
  const path = ['providers', name];
  if (/[/:\s]/.test(name))
    mistakes.add(path, 'has a name with a slash, a colon or a space, which "provider/model" cannot hold');
  const base = existing ?? baseOf(name, row, mistakes);
  const address =
    row.baseUrl === undefined
      ? undefined
      : addressOf(row.baseUrl, row.dialect ?? base?.dialect, row.quirks?.path ?? base?.quirks?.path);
  if (address && 'mistake' in address) mistakes.add([...path, 'baseUrl'], address.mistake);
  const found = address && 'baseUrl' in address ? address : undefined;
  const dialect = row.dialect ?? found?.dialect ?? base?.dialect;
  const baseUrl = found?.baseUrl ?? (isSet(base?.baseUrl) ? base?.baseUrl : undefined);
  const keys = keysOf(row, path, mistakes) ?? existing?.keys ?? [];
  if (dialect === undefined || baseUrl === undefined) {
    if (row.like === undefined && !(address && 'mistake' in address))
      mistakes.add(path, lacking(name, { ...row, dialect }));
    return undefined;
  }
  return {
    ...base,
    name,
    label: row.label ?? base?.label ?? name,
    dialect,
    baseUrl,
    keys,
    ...defined({
      keyHeader: row.keyHeader,
      maxConcurrent: row.maxConcurrent,
      maxQueued: row.maxQueued,
      models: row.models,
    }),
    ...withGroups(row, base),
    timeouts: timeoutsOf(row, base, baseUrl),
    presence: 'configured',
    preferred: { ...base?.preferred, ...(row.preferred && defined(row.preferred)) },
    isPreferenceExplicit: row.preferred !== undefined || (existing?.isPreferenceExplicit ?? false),
  };
}

type Base = Partial<Omit<Provider, 'name'>>;

/** What the catalog knows of a provider that the environment does not configure. */
function baseOf(name: string, { like, baseUrl }: ProviderYaml, mistakes: MistakeList): Base | undefined {
  const row = catalogRow(like ?? name);
  if (row === undefined && like !== undefined) {
    const meant = nearestName(like, Object.keys(providerRows));
    const hint = meant === undefined ? `known are ${Object.keys(providerRows).join(', ')}` : `did you mean ${meant}?`;
    mistakes.add(['providers', name, 'like'], `names "${like}", which is not in the catalog; ${hint}`);
  }
  if (row === undefined || like !== undefined || baseUrl === undefined || !isSet(row.baseUrl)) return row;
  // Another server under a known name need not have the habits of the original.
  const { quirks: _, ...plain }: Base = row;
  return plain;
}

function withGroups(row: ProviderYaml, base: Base | undefined): Base {
  const { aws, headers, quirks } = row;
  const token = aws?.sessionToken;
  return {
    ...(aws && {
      aws: {
        region: aws.region,
        accessKeyId: aws.accessKeyId,
        secretAccessKey: aws.secretAccessKey,
        ...(token === undefined ? {} : { sessionToken: token }),
      },
    }),
    ...(headers && { headers: { ...base?.headers, ...headers } }),
    ...(quirks && { quirks: { ...base?.quirks, ...defined(quirks) } }),
  };
}

function timeoutsOf(
  { baseUrl: given, timeouts }: ProviderYaml,
  base: Base | undefined,
  baseUrl: string,
): Provider['timeouts'] {
  const start = (given === undefined ? base?.timeouts : undefined) ?? timeoutsFor(baseUrl);
  return { ...start, ...(timeouts && defined(timeouts)) };
}

/** The keys of a row; undefined where it says nothing of keys. */
function keysOf(
  { key, keys }: ProviderYaml,
  path: readonly PropertyKey[],
  mistakes: MistakeList,
): string[] | undefined {
  if (key !== undefined && keys !== undefined)
    mistakes.add([...path, 'key'], 'stands beside keys; keep one of the two');
  const all = keys ?? (key === undefined ? undefined : [key]);
  if (all && new Set(all).size < all.length) mistakes.add([...path, 'keys'], 'holds a key twice');
  return all?.filter((text) => text !== keyOfTheUser);
}

function addressOf(
  text: string,
  dialect: Dialect | undefined,
  ownPath: string | undefined,
): { baseUrl: string; dialect?: Dialect } | { mistake: string } {
  if (ownPath === undefined && (versioned.includes(dialect) || dialect === undefined)) return readBaseUrl(text);
  const url = readAddress(text);
  if ('mistake' in url) return url;
  if (url.search !== '' || url.hash !== '') return { mistake: 'must not hold a query or a fragment; see quirks.path' };
  return { baseUrl: `${url.origin}${url.pathname.replace(/\/+$/, '')}` };
}

/** Some rows of the catalog have an address for each customer, and hold one that leads nowhere. */
function isSet(baseUrl: string | undefined): boolean {
  return baseUrl !== undefined && !baseUrl.endsWith('.invalid');
}

function lacking(
  name: string,
  { baseUrl, dialect }: Pick<ProviderYaml, 'baseUrl'> & { dialect: Dialect | undefined },
): string {
  const needs = [baseUrl === undefined ? 'baseUrl' : '', dialect === undefined ? 'dialect' : ''].filter(
    (word) => word !== '',
  );
  const meant = nearestName(name, Object.keys(providerRows));
  const hint = meant === undefined ? '' : `; or did you mean ${meant}?`;
  const what = catalogRow(name) ? '' : 'is not in the catalog and ';
  return `${what}needs ${needs.join(' and ')}${what === '' ? '' : hint}`;
}

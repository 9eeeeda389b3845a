import * as z from 'zod/mini';
import type { Environment } from '../environment/environment-reader.ts';
import type { ConfigMistake } from '../gateway-config-error.ts';
import type { Settings } from '../run-settings.ts';
import { applyYaml } from './apply-yaml.ts';
import { describeIssue } from './describe-issue.ts';
import type { FoundMistake } from './describe-issue.ts';
import { fillPlaceholders } from './fill-placeholders.ts';
import { gatewayYamlSchema } from './gateway-yaml.ts';
import { createMistakeList } from './mistake-list.ts';
import { withoutFaults } from './without-faults.ts';
import { readYaml } from './yaml-source.ts';

export interface YamlFile {
  readonly text: string;
  /** What mistakes call it. */
  readonly file: string;
}

/** `settings` as the file changes them, or everything that is wrong with the file, in the order of its lines. */
export function readGatewayYaml(
  { text, file }: YamlFile,
  settings: Settings,
  variables: Environment,
): { readonly settings: Settings; readonly mistakes: readonly ConfigMistake[] } {
  const source = readYaml(text, file);
  if (source.problems.length > 0) {
    return { settings, mistakes: source.problems.map((found) => ({ ...found, variable: 'YAML' })) };
  }
  const filled = fillPlaceholders(withoutEmptyGroups(source.value), variables);
  const parsed = gatewayYamlSchema.safeParse(filled.value, { reportInput: true });
  const malformed = (parsed.error?.issues ?? []).flatMap((issue) => describeIssue(issue, gatewayYamlSchema));
  const list = createMistakeList();
  const rest = parsed.success ? parsed : gatewayYamlSchema.safeParse(withoutFaults(filled.value, pathsOf(malformed)));
  const changed = rest.success ? applyYaml(rest.data, settings, list) : settings;
  const found: FoundMistake[] = [
    ...filled.missing.map(({ path, name }) => ({
      path,
      message: `needs the variable ${name}, which is not set: add ${name}=… to .env, or write \${${name}:-} with a value of your own after the dash`,
    })),
    ...malformed,
    ...list.found.filter(({ path }) => !pathsOf(malformed).some((other) => isWithin(other, path))),
  ];
  const mistakes = onePerPath(found).map(({ path, message, isKey }) => ({
    variable: pathText(path),
    message,
    place: isKey === true ? source.placeOfKey(path) : source.placeOf(path),
  }));
  return { settings: changed, mistakes: mistakes.toSorted(byPlace) };
}

const namesSchema = z.object({ providers: z.record(z.string(), z.unknown()) });

/** The providers that a file describes, by name, whatever else is wrong with it. */
export function providersNamedIn({ text, file }: YamlFile): ReadonlySet<string> {
  return new Set(Object.keys(namesSchema.safeParse(readYaml(text, file).value).data?.providers ?? {}));
}

/** A heading with everything below it commented out says nothing. */
function withoutEmptyGroups(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value ?? {};
  return Object.fromEntries(Object.entries(value).filter(([, group]) => group !== null));
}

function pathsOf(found: readonly FoundMistake[]): (readonly PropertyKey[])[] {
  return found.map(({ path }) => path);
}

/** Whether `inner` lies in the group at `outer`: what is lacking there may be what is wrong in it. */
function isWithin(inner: readonly PropertyKey[], outer: readonly PropertyKey[]): boolean {
  return outer.every((step, index) => inner[index] === step);
}

/** What a missing variable leaves empty would be told a second time otherwise. */
function onePerPath(found: readonly FoundMistake[]): FoundMistake[] {
  const seen = new Set<string>();
  return found.filter(({ path }) => {
    const id = pathText(path);
    return !seen.has(id) && seen.add(id);
  });
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text.replace(/^\./, '') || 'the file';
}

/** By line, then by column. */
function byPlace(left: { readonly place: string }, right: { readonly place: string }): number {
  const [line = 0, column = 0] = numbersOf(left.place);
  const [otherLine = 0, otherColumn = 0] = numbersOf(right.place);
  return line - otherLine || column - otherColumn;
}

function numbersOf(place: string): number[] {
  return place.split(':').slice(-2).map(Number);
}

import { toInteger } from '../bson/arithmetic.ts';
import type { Literal } from '../bson/build-document.ts';
import type { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import type { Reply } from '../commands/command.ts';
import { CommandError, ERROR_CODES, type ErrorName } from './command-error.ts';
import { labelsOf, type LabelScope } from './error-labels.ts';

/** What a failCommand fail point does to one command, in this order. */
export interface Failing {
  readonly blockMilliseconds: number;
  readonly closesConnection: boolean;
  /** The failure that replaces the command's answer. */
  error(scope: LabelScope): CommandError | undefined;
  /** What is added to the command's own answer. */
  additions(scope: LabelScope): Record<string, Literal>;
}

/** The command as a fail point sees it. */
export interface FailTarget {
  readonly name: string;
  readonly namespace: string;
  readonly appName: string | undefined;
}

/** The fail point `failCommand`, as driver tests configure it (specification "Failpoints" of the unified test format). */
export interface FailPoints {
  configure(body: Document): Reply;
  /** What happens to a command, counted as met; undefined when nothing does. */
  meet(target: FailTarget): Failing | undefined;
}

type Mode = { readonly kind: 'off' | 'always' } | { readonly kind: 'times' | 'skip'; left: number };

const DATA_FIELDS = new Set([
  'failCommands',
  'errorCode',
  'errorLabels',
  'writeConcernError',
  'closeConnection',
  'blockConnection',
  'blockTimeMS',
  'appName',
  'namespace',
  'failInternalCommands',
  'failLocalClients',
]);

/** Creates the fail points of a server, all off. */
export function createFailPoints(): FailPoints {
  let mode: Mode = { kind: 'off' };
  let data: Document | undefined;
  let entered = 0;
  return {
    configure: (body) => {
      if (body.get('configureFailPoint') !== 'failCommand') {
        throw new CommandError('FailPointSetFailed', 'the embedded store knows no fail point but failCommand');
      }
      const next = parseMode(body.get('mode'));
      const given = body.get('data');
      const fields = isDocument(given) ? given : undefined;
      for (const [name] of fields?.entries() ?? []) {
        if (!DATA_FIELDS.has(name)) throw new CommandError('BadValue', `failCommand does not know '${name}'`);
      }
      mode = next;
      data = fields;
      return { count: entered };
    },
    meet: (target) => {
      if (data === undefined || mode.kind === 'off' || !applies(data, target)) return undefined;
      if (mode.kind === 'skip' && mode.left > 0) {
        mode.left -= 1;
        return undefined;
      }
      if (mode.kind === 'times') {
        mode.left -= 1;
        if (mode.left <= 0) mode = { kind: 'off' };
      }
      entered += 1;
      return failing(data);
    },
  };
}

function parseMode(mode: Value | undefined): Mode {
  if (mode === 'off') return { kind: 'off' };
  if (mode === 'alwaysOn') return { kind: 'always' };
  const [entry] = isDocument(mode) ? [...mode.entries()] : [];
  const left = entry === undefined ? undefined : toInteger(entry[1]);
  if (left !== undefined && left >= 0n) {
    if (entry?.[0] === 'times') return left === 0n ? { kind: 'off' } : { kind: 'times', left: Number(left) };
    if (entry?.[0] === 'skip') return { kind: 'skip', left: Number(left) };
  }
  throw new CommandError('BadValue', "the mode of a fail point is 'off', 'alwaysOn', {times: n} or {skip: n}");
}

function applies(data: Document, { name, namespace, appName }: FailTarget): boolean {
  const names = data.get('failCommands');
  const wanted = Array.isArray(names) ? names : [];
  if (!wanted.some((one) => typeof one === 'string' && one.toLowerCase() === name.toLowerCase())) return false;
  const onlyApp = data.get('appName');
  if (onlyApp !== undefined && onlyApp !== appName) return false;
  const onlyNamespace = data.get('namespace');
  return onlyNamespace === undefined || onlyNamespace === namespace;
}

function failing(data: Document): Failing {
  const code = integerField(data, 'errorCode');
  const given = data.get('errorLabels');
  const labels = (failed: number, scope: LabelScope): readonly string[] =>
    Array.isArray(given) ? given.filter((label) => typeof label === 'string') : labelsOf(failed, scope);
  const concern = data.get('writeConcernError');
  return {
    blockMilliseconds: data.get('blockConnection') === true ? (integerField(data, 'blockTimeMS') ?? 0) : 0,
    closesConnection: data.get('closeConnection') === true,
    error: (scope) =>
      code === undefined
        ? undefined
        : new CommandError(nameOf(code), "Failing command via 'failCommand' failpoint", {
            labels: labels(code, scope),
          }),
    additions: (scope) => {
      if (!isDocument(concern)) return {};
      const concernLabels = labels(integerField(concern, 'code') ?? 0, scope);
      return {
        writeConcernError: concern,
        ...(concernLabels.length === 0 ? {} : { errorLabels: [...concernLabels] }),
      };
    },
  };
}

function integerField(document: Document, name: string): number | undefined {
  const value = document.get(name);
  const integer = value === undefined ? undefined : toInteger(value);
  return integer === undefined ? undefined : Number(integer);
}

const NAMES: ReadonlyMap<number, ErrorName> = new Map(
  Object.keys(ERROR_CODES)
    .filter(isErrorName)
    .map((name) => [ERROR_CODES[name], name]),
);

function isErrorName(name: string): name is ErrorName {
  return Object.hasOwn(ERROR_CODES, name);
}

function nameOf(code: number): ErrorName | number {
  return NAMES.get(code) ?? code;
}

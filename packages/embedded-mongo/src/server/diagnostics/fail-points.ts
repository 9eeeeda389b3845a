import { toInteger } from '../../bson/arithmetic.ts';
import type { Literal } from '../../bson/build-document.ts';
import type { Document } from '../../bson/document.ts';
import { formatValue } from '../../bson/format-value.ts';
import { isDocument } from '../../bson/value.ts';
import type { Reply, Request } from '../../commands/command.ts';
import { timeExpired } from '../time-expired.ts';
import { CommandError, ERROR_CODES, type ErrorName } from '../command-error.ts';
import { createFailPoint, type FailPoint } from './fail-point.ts';
import { labelsOf, labelsOfConcern, type LabelScope } from '../error-labels.ts';

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

/** A write that succeeded until a fail point met it. */
export interface FailingWrite {
  readonly closesConnection: boolean;
  /** What undoes the write; undefined when it is kept and only its answer lost. */
  readonly error: CommandError | undefined;
}

/** The fail points driver tests configure (MongoDB wiki "The failCommand Fail Point" and its source). */
export interface FailPoints {
  configure(body: Document): Reply;
  /** What happens to a command, counted as met; undefined when nothing does. */
  meet(target: FailTarget): Failing | undefined;
  /** What happens to a retryable write that is done but not committed; asked once for each. */
  meetWrite(): FailingWrite | undefined;
  /** Fails a command that has a time limit, or a getMore once its cursor was found; else it goes on to its answer. */
  checkRequest(request: Request): void;
  /** Hears of the answer, as a cursor keeps the time limit of the command that opened it. */
  noteAnswer(request: Request, reply: Document): void;
}

const COMMAND_FIELDS = [
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
];

/** Creates the fail points of a server, all off. */
export function createFailPoints(): FailPoints {
  const command = createFailPoint('failCommand', COMMAND_FIELDS);
  const write = createFailPoint(WRITE_POINT, ['closeConnection', 'failBeforeCommitExceptionCode']);
  const more = createFailPoint(MORE_POINT, [
    'errmsg',
    'errorCode',
    'errorLabels',
    'failCommands',
    'nss',
    'closeConnection',
  ]);
  const noTime = createFailPoint('maxTimeAlwaysTimeOut', []);
  const timed = new Set<bigint>();
  const points: ReadonlyMap<string, FailPoint> = new Map([
    ['failCommand', command],
    [WRITE_POINT, write],
    [MORE_POINT, more],
    ['maxTimeAlwaysTimeOut', noTime],
  ]);
  return {
    configure: (body) => {
      const name = body.get('configureFailPoint');
      const point = typeof name === 'string' ? points.get(name) : undefined;
      if (point === undefined) {
        throw new CommandError('FailPointSetFailed', `${formatValue(name ?? null)} not found`);
      }
      return point.configure(body);
    },
    meet: (target) => {
      const data = command.enter((given) => applies(given, target));
      return data === undefined ? undefined : failing(data);
    },
    meetWrite: () => {
      const data = write.enter();
      return data === undefined ? undefined : failingWrite(data);
    },
    checkRequest: (request) => {
      const id = cursorOf(request);
      const isTimed = id === undefined ? hasTimeLimit(request) : timed.has(id);
      if (isTimed && noTime.enter() !== undefined) {
        throw timeExpired();
      }
      if (id === undefined || !request.cursors.has(id)) return;
      const namespace = `${request.database}.${request.arguments.text('collection')}`;
      const data = more.enter((given) => (given.get('nss') ?? namespace) === namespace);
      if (data === undefined) return;
      request.cursors.kill(id);
      const code = integerField(data, 'errorCode') ?? ERROR_CODES.InternalError;
      throw new CommandError(nameOf(code), `Hit the '${MORE_POINT}' failpoint`);
    },
    noteAnswer: (request, reply) => {
      if (request.name === 'getMore' || !hasTimeLimit(request)) return;
      const cursor = reply.get('cursor');
      const id = isDocument(cursor) ? cursor.get('id') : undefined;
      for (const known of timed) if (!request.cursors.has(known)) timed.delete(known);
      if (typeof id === 'bigint' && id !== 0n) timed.add(id);
    },
  };
}

const WRITE_POINT = 'onPrimaryTransactionalWrite';
const MORE_POINT = 'failGetMoreAfterCursorCheckout';

function cursorOf({ name, body }: Request): bigint | undefined {
  const id = name === 'getMore' ? body.get('getMore') : undefined;
  return typeof id === 'bigint' ? id : undefined;
}

function hasTimeLimit(request: Request): boolean {
  return (request.arguments.count('maxTimeMS') ?? 0) > 0;
}

function failingWrite(data: Document): FailingWrite {
  const code = integerField(data, 'failBeforeCommitExceptionCode');
  const message = 'Failing write due to failpoint. The write must not be reflected.';
  return {
    closesConnection: data.get('closeConnection') !== false,
    error: code === undefined ? undefined : new CommandError(nameOf(code), message),
  };
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
  const labels = Array.isArray(given) ? given.filter((label) => typeof label === 'string') : undefined;
  const concern = data.get('writeConcernError');
  return {
    blockMilliseconds: data.get('blockConnection') === true ? (integerField(data, 'blockTimeMS') ?? 0) : 0,
    closesConnection: data.get('closeConnection') === true,
    error: (scope) =>
      code === undefined
        ? undefined
        : new CommandError(nameOf(code), "Failing command via 'failCommand' failpoint", {
            labels: labels ?? labelsOf(code, scope),
          }),
    additions: (scope) => {
      if (!isDocument(concern)) return {};
      const concernLabels = labels ?? labelsOfConcern(integerField(concern, 'code') ?? 0, scope);
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

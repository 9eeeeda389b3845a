import type { Value } from '../bson/value.ts';

/** MongoDB's error codes by name, as far as this server raises them. */
export const ERROR_CODES = {
  InternalError: 1,
  BadValue: 2,
  NoSuchKey: 4,
  GraphContainsCycle: 5,
  FailedToParse: 9,
  UserNotFound: 11,
  UnsupportedFormat: 12,
  Unauthorized: 13,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  AuthenticationFailed: 18,
  IllegalOperation: 20,
  InvalidBSON: 22,
  AlreadyInitialized: 23,
  LockTimeout: 24,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  CannotBackfillArray: 34,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NoMatchingDocument: 47,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  NotSingleValueField: 54,
  EmptyFieldName: 56,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  WriteConcernFailed: 64,
  UnknownReplWriteConcern: 79,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  ShutdownInProgress: 91,
  NotSecondary: 95,
  OperationFailed: 96,
  NotExactValueField: 111,
  WriteConflict: 112,
  CommandNotSupported: 115,
  ConflictingOperationInProgress: 117,
  DocumentValidationFailure: 121,
  CommandFailed: 125,
  CappedPositionLost: 136,
  IncompatibleCollationVersion: 161,
  ViewDepthLimitExceeded: 165,
  CommandNotSupportedOnView: 166,
  OptionNotSupportedOnView: 167,
  InvalidPipelineOperator: 168,
  CannotIndexParallelArrays: 171,
  QueryPlanKilled: 175,
  AmbiguousIndexKeyPattern: 181,
  InvalidIndexSpecificationOption: 197,
  MaxStalenessOutOfRange: 160,
  InvalidUUID: 207,
  ClusterTimeFailsRateLimiter: 209,
  QueryFeatureNotAllowed: 224,
  TransactionTooOld: 225,
  MaxSubPipelineDepthExceeded: 232,
  FailPointSetFailed: 231,
  CursorKilled: 237,
  InvalidResumeToken: 260,
  UnsatisfiableCommitQuorum: 278,
  ChangeStreamFatalError: 280,
  ChangeStreamHistoryLost: 286,
  NoQueryExecutionPlans: 291,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  SnapshotUnavailable: 246,
  NoSuchTransaction: 251,
  TransactionCommitted: 256,
  OperationNotSupportedInTransaction: 263,
  SnapshotTooOld: 239,
  APIVersionError: 322,
  APIStrictError: 323,
  APIDeprecationError: 324,
  APIMismatchError: 347,
  MechanismUnavailable: 334,
  UnsupportedOpQueryCommand: 352,
  CannotConvertIndexToUnique: 359,
  CollectionUUIDMismatch: 361,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  OutOfDiskSpace: 14031,
  NotARetryableWriteCommand: 50_768,
  // Raised by fail points alone.
  HostUnreachable: 6,
  HostNotFound: 7,
  StaleShardVersion: 63,
  NetworkTimeout: 89,
  FailedToSatisfyReadPreference: 133,
  ReadConcernMajorityNotAvailableYet: 134,
  StaleEpoch: 150,
  PrimarySteppedDown: 189,
  RetryChangeStream: 234,
  StaleDbVersion: 249,
  ExceededTimeLimit: 262,
  SocketException: 9001,
  LegacyNotPrimary: 10_058,
  NotWritablePrimary: 10_107,
  InterruptedAtShutdown: 11_600,
  Interrupted: 11_601,
  InterruptedDueToReplStateChange: 11_602,
  StaleConfig: 13_388,
  NotPrimaryNoSecondaryOk: 13_435,
  NotPrimaryOrSecondary: 13_436,
  SearchNotEnabled: 31_082,
} as const;

/** The name of an error code of MongoDB that has one. */
export type ErrorName = keyof typeof ERROR_CODES;

/** A failure with MongoDB's error code, answered to the client as `ok: 0` or as a write error. */
export class CommandError extends Error {
  readonly code: number;
  readonly codeName: string;
  /** Further fields of the answer, such as `keyPattern` and `keyValue` of a duplicate key. */
  readonly fields: readonly (readonly [string, Value])[];
  /** Labels drivers act upon, such as TransientTransactionError. */
  readonly labels: readonly string[];
  /** Whether the labels were given, if only as none, so that no others are added. */
  readonly isLabelled: boolean;

  constructor(
    name: ErrorName | number,
    message: string,
    extra: { fields?: readonly (readonly [string, Value])[]; labels?: readonly string[] } = {},
  ) {
    super(message);
    this.name = 'CommandError';
    this.code = typeof name === 'number' ? name : ERROR_CODES[name];
    this.codeName = typeof name === 'number' ? `Location${String(name)}` : name;
    this.fields = extra.fields ?? [];
    this.labels = extra.labels ?? [];
    this.isLabelled = extra.labels !== undefined;
  }

  /** The same failure with what was being done before its message. */
  inContext(context: string): CommandError {
    const name = isErrorName(this.codeName) ? this.codeName : this.code;
    const labels = this.isLabelled ? { labels: this.labels } : {};
    return new CommandError(name, `${context} :: caused by :: ${this.message}`, { fields: this.fields, ...labels });
  }

  /** The same failure with other labels. */
  relabelled(labels: readonly string[]): CommandError {
    const name = isErrorName(this.codeName) ? this.codeName : this.code;
    return new CommandError(name, this.message, { fields: this.fields, labels });
  }
}

/** Does something whose failure says what was being done. */
export function inContext<T>(context: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof CommandError ? error.inContext(context) : error;
  }
}

/** Items whose failure to come says what was being done. */
export function* eachInContext<T>(context: string, items: Iterable<T>): Generator<T> {
  const iterator = items[Symbol.iterator]();
  try {
    for (;;) {
      const next: IteratorResult<T, unknown> = inContext(context, () => iterator.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    iterator.return?.();
  }
}

function isErrorName(name: string): name is ErrorName {
  return Object.hasOwn(ERROR_CODES, name);
}

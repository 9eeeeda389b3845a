import type { Value } from '../bson/value.ts';

/** MongoDB's error codes by name, as far as this server raises them. */
export const ERROR_CODES = {
  InternalError: 1,
  BadValue: 2,
  NoSuchKey: 4,
  GraphContainsCycle: 5,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  AuthenticationFailed: 18,
  IllegalOperation: 20,
  InvalidBSON: 22,
  LockTimeout: 24,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NoMatchingDocument: 47,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  WriteConcernFailed: 64,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  ShutdownInProgress: 91,
  OperationFailed: 96,
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
  ClusterTimeFailsRateLimiter: 209,
  QueryFeatureNotAllowed: 224,
  TransactionTooOld: 225,
  MaxSubPipelineDepthExceeded: 232,
  FailPointSetFailed: 231,
  CursorKilled: 237,
  InvalidResumeToken: 260,
  ChangeStreamFatalError: 280,
  ChangeStreamHistoryLost: 286,
  NoQueryExecutionPlans: 291,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  SnapshotUnavailable: 246,
  NoSuchTransaction: 251,
  TransactionCommitted: 256,
  OperationNotSupportedInTransaction: 263,
  APIVersionError: 322,
  MechanismUnavailable: 334,
  UnsupportedOpQueryCommand: 352,
  CannotConvertIndexToUnique: 359,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  OutOfDiskSpace: 14031,
  NotARetryableWriteCommand: 50_768,
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
  }

  /** The same failure with other labels. */
  relabelled(labels: readonly string[]): CommandError {
    const name = isErrorName(this.codeName) ? this.codeName : this.code;
    return new CommandError(name, this.message, { fields: this.fields, labels });
  }
}

function isErrorName(name: string): name is ErrorName {
  return Object.hasOwn(ERROR_CODES, name);
}

import { Document } from '../bson/document.ts';
import type { Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import { NO_VARIABLES, type Compile, type Variables } from './expression.ts';
import { refersBeyond } from './references.ts';

/** What every expression may refer to, whether or not it has a value where the expression is used. */
const SYSTEM = new Set(['ROOT', 'CURRENT', 'REMOVE', 'NOW', 'CLUSTER_TIME', 'USER_ROLES']);

/** The variables of what is being parsed; those that are known only when evaluated are undefined. */
let scope: Variables = NO_VARIABLES;

/** Parses expressions that may refer to these variables and to no others. */
export function inScope<Parsed>(variables: Variables, parse: () => Parsed): Parsed {
  const outer = scope;
  scope = variables;
  try {
    return parse();
  } finally {
    scope = outer;
  }
}

/** Parses expressions that may refer to these names besides; their values are known only when evaluated. */
export function withNames<Parsed>(names: Iterable<string>, parse: () => Parsed): Parsed {
  const inner = new Map(scope);
  for (const name of names) inner.set(name, undefined);
  return inScope(inner, parse);
}

/**
 * The value of an operand that must be constant, though it may refer to variables of the command being parsed;
 * undefined for one that refers to anything else.
 */
export function constantInScope(value: Value, compile: Compile): Value | undefined {
  const variables = scope;
  const evaluate = compile(value);
  if (refersBeyond(value, isConstantName)) return undefined;
  return evaluate({ root: new Document(new Map()), variables }) ?? null;
}

/** Whether a variable is the same for every document; what an operand names within itself is as constant as the rest. */
function isConstantName(name: string): boolean {
  return scope.has(name) ? scope.get(name) !== undefined : name !== 'ROOT' && name !== 'CURRENT';
}

/** The variables that what is being parsed may refer to. */
export function scopeVariables(): Variables {
  return scope;
}

/** Refuses a reference to a variable: its name with FailedToParse, one that is not in scope with 17276. */
export function checkReference(name: string): void {
  checkLetters(name, /^[a-zA-Z\u0080-\uffff]/);
  if (!scope.has(name) && !SYSTEM.has(name)) throw undefinedVariable(name);
}

/** The refusal of a variable that nothing defines. */
export function undefinedVariable(name: string): CommandError {
  return new CommandError(17_276, `Use of undefined variable: ${name}`);
}

/** Checks the name of a variable a user defines; of the system's own only `CURRENT` may be redefined. */
export function checkVariableName(name: string): string {
  if (name !== 'CURRENT') checkLetters(name, /^[a-z\u0080-\uffff]/);
  return name;
}

function checkLetters(name: string, first: RegExp): void {
  if (name === '') throw new CommandError('FailedToParse', 'empty variable names are not allowed');
  if (!first.test(name)) {
    throw new CommandError('FailedToParse', `'${name}' starts with an invalid character for a user variable name`);
  }
  const odd = /[^\w\u0080-\uffff]/.exec(name);
  if (odd === null) return;
  throw new CommandError('FailedToParse', `'${name}' contains an invalid character for a variable name: '${odd[0]}'`);
}

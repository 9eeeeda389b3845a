import type { Literal } from '../../bson/build-document.ts';
import { isDocument } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { MECHANISM } from '../../server/authentication/authentication.ts';
import { checkAdmin } from './admin-only.ts';
import type { Command, Request, ServerFacts } from '../command.ts';

/** The parameters of MongoDB that this server has an answer for. None can be set while it runs. */
function parametersOf(server: ServerFacts): ReadonlyMap<string, Literal> {
  return new Map<string, Literal>([
    ['authenticationMechanisms', [MECHANISM]],
    ['enableTestCommands', server.isForTests],
    ['featureCompatibilityVersion', { version: '8.0' }],
    ['localLogicalSessionTimeoutMinutes', 30],
    ['logComponentVerbosity', { verbosity: 0 }],
    ['logLevel', 0],
    ['notablescan', false],
    ['quiet', false],
    ['requireApiVersion', false],
    ['transactionLifetimeLimitSeconds', 60],
    ['ttlMonitorEnabled', true],
    ['ttlMonitorSleepSecs', 60],
  ]);
}

/** `getParameter` (MongoDB manual: getParameter): parameters by name, or all of them. */
const getParameter: Command = {
  kind: 'plain',
  fields: ['getParameter'],
  takesAnyField: true,
  run: (request) => {
    checkAdmin(request);
    const parameters = parametersOf(request.server);
    const { areAll, areDetailed } = askedFor(request);
    const found = [...parameters].filter(([name]) => areAll || request.body.has(name));
    if (found.length === 0) throw new CommandError('InvalidOptions', 'no option found to get');
    return Object.fromEntries(found.map(([name, value]) => [name, areDetailed ? detailsOf(value) : value]));
  },
};

function askedFor({ arguments: values }: Request): { readonly areAll: boolean; readonly areDetailed: boolean } {
  const asked = values.value('getParameter');
  if (!isDocument(asked)) return { areAll: asked === '*', areDetailed: false };
  for (const [option, value] of asked.entries()) {
    if (option !== 'allParameters' && option !== 'showDetails') {
      throw new CommandError(40_415, `BSON field 'getParameter.${option}' is an unknown field.`);
    }
    if (typeof value !== 'boolean') {
      throw new CommandError('TypeMismatch', `BSON field 'getParameter.${option}' must be a bool`);
    }
  }
  return { areAll: asked.get('allParameters') === true, areDetailed: asked.get('showDetails') === true };
}

function detailsOf(value: Literal): Literal {
  return { value, settableAtRuntime: false, settableAtStartup: false };
}

/** `setParameter`: every parameter is refused like one there is not, since none can be changed. */
const setParameter: Command = {
  kind: 'plain',
  fields: ['setParameter'],
  takesAnyField: true,
  run: (request) => {
    checkAdmin(request);
    const known = parametersOf(request.server);
    for (const [name] of request.body.entries()) {
      if (name === 'setParameter' || name === 'comment' || name === 'lsid' || name.startsWith('$')) continue;
      const fault = known.has(name)
        ? `not allowed to change [${name}] at runtime`
        : `attempted to set unrecognized parameter [${name}], use help:true to see options `;
      throw new CommandError(known.has(name) ? 'IllegalOperation' : 'InvalidOptions', fault);
    }
    throw new CommandError('InvalidOptions', 'no option found to set, use help:true to see options ');
  },
};

/** The parameters of the server. */
export const PARAMETER_COMMANDS: Readonly<Record<string, Command>> = {
  getParameter,
  setParameter,
};

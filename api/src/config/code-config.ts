import { defaultLimits } from '@parley/sandbox';
import type { RunLimits } from '@parley/sandbox';
import type { Variables } from './env.ts';
import type { Environment } from './environment.ts';
import type { Mistake } from './mistake.ts';

/** What `librechat.yaml` decides about running code. */
export interface CodeFileConfig {
  /** `interface.runCode`: `false` when nobody is to run code. */
  readonly isAllowed: boolean;
  /** Whether `endpoints.agents.capabilities` leaves models `execute_code`. */
  readonly isForModels: boolean;
}

/** How code of people and models is run. */
export interface CodeConfig {
  /** Why nothing is run here, by the operator's decision, and what would change that, in sentences. Absent: code is run. */
  readonly off?: { readonly reason: string };
  /** Whether models are given tools that run code. */
  readonly isForModels: boolean;
  readonly runner: CodeRunnerConfig;
  readonly limits: RunLimits;
}

/** Where containers are made: by this process at a Docker engine, or by a `parley-sandbox serve` somewhere. */
export type CodeRunnerConfig =
  | {
      readonly kind: 'embedded';
      /** Such as `unix:///var/run/docker.sock`; absent: the usual socket. */
      readonly dockerHost?: string;
      /** Such as `runsc`; absent: the engine's own. */
      readonly runtime?: string;
      /** Runs at once; absent: by the number of processors. */
      readonly concurrency?: number;
      /** Runs of one person at once; absent: 2. */
      readonly perOwner?: number;
    }
  | { readonly kind: 'remote'; readonly url: string; readonly token: string };

/** The settings of the variables and of the file. */
export function codeOf(variables: Variables, { isAllowed, isForModels }: CodeFileConfig): CodeConfig {
  const off = variables.CODE_INTERPRETER ? (isAllowed ? undefined : offByFile) : offByVariable;
  return {
    ...(off === undefined ? {} : { off }),
    isForModels,
    runner: runnerOf(variables),
    limits: { ...defaultLimits, runSeconds: variables.SANDBOX_RUN_SECONDS },
  };
}

const offByVariable = {
  reason:
    'The operator has switched it off (CODE_INTERPRETER=false). To switch it on, set CODE_INTERPRETER=true in .env and start Parley again.',
};
const offByFile = {
  reason:
    'The operator has switched it off (interface.runCode in librechat.yaml). To switch it on, set it to true and start Parley again.',
};

function runnerOf(variables: Variables): CodeRunnerConfig {
  const { SANDBOX_URL: url, SANDBOX_TOKEN: token } = variables;
  const { DOCKER_HOST, SANDBOX_RUNTIME, SANDBOX_CONCURRENCY, SANDBOX_PER_PERSON } = variables;
  if (url !== undefined && token !== undefined) return { kind: 'remote', url, token };
  return {
    kind: 'embedded',
    ...(DOCKER_HOST === undefined ? {} : { dockerHost: DOCKER_HOST }),
    ...(SANDBOX_RUNTIME === undefined ? {} : { runtime: SANDBOX_RUNTIME }),
    ...(SANDBOX_CONCURRENCY === undefined ? {} : { concurrency: SANDBOX_CONCURRENCY }),
    ...(SANDBOX_PER_PERSON === undefined ? {} : { perOwner: SANDBOX_PER_PERSON }),
  };
}

/** A runner elsewhere can be reached with its address and its token only. */
export function checkCode(environment: Environment, { SANDBOX_URL: url, SANDBOX_TOKEN: token }: Variables): Mistake[] {
  if (url === undefined || token !== undefined) return [];
  const fix = 'SANDBOX_TOKEN=… with the token that parley-sandbox serve was started with';
  const message = 'must be given with SANDBOX_URL';
  return [{ place: environment.placeOf('SANDBOX_TOKEN'), subject: 'SANDBOX_TOKEN', message, fix }];
}

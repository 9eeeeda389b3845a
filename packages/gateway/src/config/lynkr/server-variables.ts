import { logLevels } from '../run-settings.ts';
import type { LogLevel, RunSettings, Settings } from '../run-settings.ts';
import { choiceVariable, numberVariable, sizeVariable, switchVariable, textVariable } from './lynkr-variable.ts';
import type { EffectiveVariable, LynkrVariable } from './lynkr-variable.ts';

const aDay = 86_400_000;

const levels: Readonly<Record<string, LogLevel>> = { fatal: 'error', trace: 'debug' };

const surfaceRows = {
  metrics: { name: 'METRICS_ENABLED', meaning: 'serve metrics', example: 'false' },
  health: { name: 'HEALTH_CHECK_ENABLED', meaning: 'serve the routes of health', example: 'false' },
  requestLog: { name: 'REQUEST_LOGGING_ENABLED', meaning: 'log a line for each call', example: 'false' },
} as const;

function levelOf(word: string): LogLevel {
  return levels[word] ?? [...logLevels, 'silent' as const].find((level) => level === word) ?? 'info';
}

function withLogFile(settings: Settings, change: Partial<RunSettings['logFile']>): Settings {
  return { ...settings, run: { ...settings.run, logFile: { ...settings.run.logFile, ...change } } };
}

/** The process: where it listens, how it logs, reloads, multiplies and stops. */
export const serverVariables: readonly LynkrVariable[] = [
  numberVariable(
    {
      name: 'PORT',
      meaning: 'port to listen on (GATEWAY_PORT wins)',
      example: '9000',
      largest: 65_535,
      isOfProcess: true,
    },
    (settings, port) => ({ ...settings, config: { ...settings.config, port } }),
  ),
  choiceVariable(
    {
      name: 'LOG_LEVEL',
      meaning: 'how much is logged',
      example: 'warn',
      isOfProcess: true,
      choices: [...logLevels, 'silent', 'fatal', 'trace'],
    },
    (settings, word) => ({
      ...settings,
      run: { ...settings.run, logLevel: levelOf(word) },
    }),
  ),
  {
    name: 'NODE_ENV',
    meaning: 'read by Node and libraries; the gateway is the same in all of them',
    kind: 'ignored',
    unless: ['production', 'development', 'test'],
  },
  sizeVariable(
    { name: 'REQUEST_JSON_LIMIT', meaning: 'largest request body', example: '1mb', isOfProcess: false },
    (settings, bodyLimit) => ({ ...settings, config: { ...settings.config, bodyLimit } }),
  ),
  numberVariable(
    {
      name: 'GRACEFUL_SHUTDOWN_TIMEOUT',
      meaning: 'milliseconds that running calls get to end',
      example: '30000',
      largest: aDay,
    },
    (settings, drainMs) => ({ ...settings, config: { ...settings.config, drainMs } }),
  ),
  switchVariable(
    { name: 'HOT_RELOAD_ENABLED', meaning: 'read changed files again', example: 'false', isOfProcess: true },
    (settings, isOn) => ({ ...settings, run: { ...settings.run, reload: { ...settings.run.reload, isOn } } }),
  ),
  numberVariable(
    {
      name: 'HOT_RELOAD_DEBOUNCE_MS',
      meaning: 'milliseconds a changed file must have been quiet',
      example: '250',
      largest: 60_000,
      isOfProcess: true,
    },
    (settings, debounceMs) => ({
      ...settings,
      run: { ...settings.run, reload: { ...settings.run.reload, debounceMs } },
    }),
  ),
  workerCount(),
  switchVariable(
    { name: 'CLUSTER_ENABLED', meaning: 'several processes share the port', example: 'true', isOfProcess: true },
    (settings, isOn) => {
      const wished = settings.run.workers;
      const workers = isOn ? (wished === 1 ? 'auto' : wished) : 1;
      return { ...settings, run: { ...settings.run, workers } };
    },
  ),
  ...(['metrics', 'health', 'requestLog'] as const).map((part) =>
    switchVariable(surfaceRows[part], (settings, isOn) => {
      const surface = { metrics: true, health: true, requestLog: true, ...settings.config.surface, [part]: isOn };
      return { ...settings, config: { ...settings.config, surface } };
    }),
  ),
  textVariable(
    {
      name: 'LOG_FILE_PATH',
      meaning: 'file that LOG_FILE_ENABLED writes to',
      example: './logs/x.log',
      isOfProcess: true,
    },
    (settings, path) => withLogFile(settings, { path }),
  ),
  choiceVariable(
    {
      name: 'LOG_FILE_LEVEL',
      meaning: 'how much goes into the file',
      example: 'warn',
      isOfProcess: true,
      choices: [...logLevels, 'silent', 'fatal', 'trace'],
    },
    (settings, word) => withLogFile(settings, { level: levelOf(word) }),
  ),
  switchVariable(
    { name: 'LOG_FILE_ENABLED', meaning: 'log into a file as well', example: 'true', isOfProcess: true },
    (settings, isOn) => withLogFile(settings, { isOn }),
  ),
  { name: 'LOG_FILE_*', meaning: 'the file is not turned over; let logrotate do it', kind: 'unbuilt' },
  { name: 'LLM_AUDIT_*', meaning: 'prompts and answers are never stored', kind: 'unbuilt', unless: ['false'] },
];

/** `CLUSTER_WORKERS` counts only together with `CLUSTER_ENABLED`, which comes after it. */
function workerCount(): EffectiveVariable {
  return {
    kind: 'effective',
    name: 'CLUSTER_WORKERS',
    meaning: 'number of processes that CLUSTER_ENABLED starts: a number or auto',
    example: '3',
    isOfProcess: true,
    read(text) {
      const workers = text.toLowerCase() === 'auto' ? 'auto' : Number(text);
      if (workers !== 'auto' && !(Number.isInteger(workers) && workers >= 1 && workers <= 256)) {
        return { mistake: `"${text}" must be auto or a whole number from 1 to 256` };
      }
      return { change: (settings) => ({ ...settings, run: { ...settings.run, workers } }) };
    },
  };
}

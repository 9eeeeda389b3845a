import { parseArgs } from 'node:util';
import { defaultLimits } from '../core/limits.ts';
import type { SandboxStatus } from '../core/run.ts';
import type { Command } from './command.ts';
import { openLocalRunner } from './open-local-runner.ts';

/** `check`: whether code can be run here and in which languages; exit code 0 if so. */
export const checkCommand: Command = async (args, context) => {
  parseArgs({ args: [...args], options: {} });
  const runner = openLocalRunner(context, defaultLimits);
  try {
    const status = await runner.status({ fresh: true });
    for (const line of describe(status)) context.print(line);
    return status.enabled ? 0 : 1;
  } finally {
    await runner.close();
  }
};

function describe({ enabled, reason, remedy, engine, languages }: SandboxStatus): readonly string[] {
  return [
    `Code can${enabled ? '' : 'not'} be run here.${reason === undefined ? '' : ` ${reason}`}`,
    ...(remedy === undefined ? [] : [`What helps: ${remedy}`]),
    ...(engine === undefined ? [] : [`Engine: ${engine.name} ${engine.version}, runtime ${engine.runtime}`]),
    ...languages.map(({ label, ready, version, reason: why }) =>
      `${ready ? '✓' : '✗'} ${label.padEnd(10)}  ${version ?? why ?? ''}`.trimEnd(),
    ),
  ];
}

import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { defaultLimits } from '../core/limits.ts';
import type { Command } from './command.ts';
import { matrixTable } from './matrix-table.ts';
import { openLocalRunner } from './open-local-runner.ts';
import { runMatrix } from './run-matrix.ts';
import { languagesOf } from './targets-of.ts';

/** Long enough to fill a container's memory on a busy machine, short enough to wait for in every language. */
const runSeconds = 10;

/** `matrix [lang…] [--json FILE]`: what every language must do, tried on the real engine; exit code 0 if all of it holds. */
export const matrixCommand: Command = async (args, context) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'string' } },
  });
  const { print, signal } = context;
  const languages = languagesOf(positionals);
  const runner = openLocalRunner(context, { ...defaultLimits, runSeconds });
  try {
    const status = await runner.status({ fresh: true });
    if (!status.enabled) {
      print(`Code cannot be run here. ${status.reason ?? ''}\n${status.remedy ?? ''}`.trimEnd());
      return 1;
    }
    const cells = await runMatrix({
      runner,
      languages,
      signal,
      onCell: ({ language, title, fault }) => print(`${fault === undefined ? '✓' : '✗'} ${language}, ${title}`),
    });
    for (const line of ['', ...matrixTable(cells)]) print(line);
    if (values.json !== undefined) {
      await writeFile(values.json, `${JSON.stringify({ engine: status.engine, cells }, undefined, 2)}\n`);
    }
    return cells.every((cell) => cell.fault === undefined) ? 0 : 1;
  } finally {
    await runner.close();
  }
};

import { parseEnv } from 'node:util';
import type { Mistake } from './mistake.ts';

const name = '.env';

/** What an `.env` file says, and where. */
interface EnvFile {
  readonly values: Readonly<NodeJS.Dict<string>>;
  /** The line each variable was set on; the last one counts, as it does for Node. */
  readonly lines: ReadonlyMap<string, number>;
  /** Lines that set nothing, though somebody meant them to: Node passes over them in silence. */
  readonly mistakes: readonly Mistake[];
}

const assignment = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*(.*)$/;

/** Reads the text of an `.env` file as Node does; values in quotes may span lines. */
export function readEnvFile(text: string): EnvFile {
  const content = text.replace(/^\uFEFF/, '');
  const rows = content.split(/\r?\n/);
  const lines = new Map<string, number>();
  const mistakes: Mistake[] = [];
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index] ?? '';
    if (/^\s*(?:#|$)/.test(row)) continue;
    const place = `${name}:${index + 1}`;
    const [, variable, value = ''] = assignment.exec(row) ?? [];
    if (variable === undefined) {
      mistakes.push({ place, subject: '', message: 'sets nothing', fix: 'write NAME=value, or # before a remark' });
      continue;
    }
    lines.set(variable, index + 1);
    const end = endOfValue(value, rows, index);
    if (end === undefined) {
      mistakes.push({ place, subject: variable, message: 'has a quote that is not closed', fix: `${variable}="…"` });
    }
    index = end ?? index;
  }
  return { values: parseEnv(content), lines, mistakes };
}

/** The row on which a value ends; `undefined` when its quote is not closed before the next variable. */
function endOfValue(value: string, rows: readonly string[], start: number): number | undefined {
  const quote = /^["'`]/.exec(value)?.[0];
  if (quote === undefined || value.includes(quote, 1)) return start;
  for (let index = start + 1; index < rows.length; index += 1) {
    const row = rows[index] ?? '';
    if (assignment.test(row)) return undefined;
    if (row.includes(quote)) return index;
  }
  return undefined;
}

/** The file that is there but cannot be read. */
export function unreadableEnvFile(code: string): Mistake {
  return {
    place: name,
    subject: '',
    message: `cannot be read (${code})`,
    fix: 'make it a readable file, or remove it',
  };
}

import type { Ancestor } from '../offset.ts';
import { type LogRow, rows } from './sqlite-rows.ts';
import type { Statements } from './sqlite-statements.ts';

/** About the most UTF-16 units that are read at once. */
const longestBatch = 1_048_576;

/** The logs that a fork has its first entries from, all the way up; empty for any other log. */
export function ancestorsOf(statements: Statements, row: LogRow): (Ancestor & { readonly row: LogRow })[] {
  const ancestors = [];
  let length = row.shared;
  for (let source = sourceOf(statements, row); source !== undefined; source = sourceOf(statements, source)) {
    ancestors.push({ incarnation: source.incarnation, length, row: source });
    length = Math.min(length, source.shared);
  }
  return ancestors;
}

/** The log that a fork was made from. */
export function sourceOf(statements: Statements, row: LogRow): LogRow | undefined {
  return row.source === null ? undefined : rows.log(statements.findByNumber.get(row.source));
}

/** Up to `limit` entries, or about 1 MiB, from a position of a log on, wherever they are kept. */
export function readTexts(statements: Statements, row: LogRow, start: number, limit: number): string[] {
  const texts: string[] = [];
  let size = 0;
  for (const { log, from, until } of segmentsOf(statements, row, start)) {
    for (const found of statements.readEntries.iterate(log, from, until, limit - texts.length)) {
      const text = rows.text(found);
      texts.push(text);
      size += text.length;
      if (size >= longestBatch) return texts;
    }
  }
  return texts;
}

function segmentsOf(statements: Statements, row: LogRow, start: number) {
  const own = { log: row.log, from: Math.max(start, row.shared), until: row.length };
  if (start >= row.shared) return [own];
  const inherited = ancestorsOf(statements, row).map(({ row: { log, shared }, length }) => ({
    log,
    from: Math.max(start, shared),
    until: length,
  }));
  return [...inherited.toReversed(), own].filter(({ from, until }) => from < until);
}

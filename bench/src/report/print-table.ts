/** Prints rows of cells under their headings, columns aligned; numbers to the right. */
export function printTable(headings: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  say(line(headings));
  say(widths.map((width) => '-'.repeat(width)).join('  '));
  for (const row of rows) say(line(row));
}

/** A line for whoever runs the bench. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function pad(cell: string, width: number): string {
  return /^[\d.,–-]/.test(cell) && cell.length < 12 ? cell.padStart(width) : cell.padEnd(width);
}

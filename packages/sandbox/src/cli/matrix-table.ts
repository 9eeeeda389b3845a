import type { MatrixCell } from './run-matrix.ts';

/** The matrix for people: a line for each language, a column for each case, then what is wrong. */
export function matrixTable(cells: readonly MatrixCell[]): readonly string[] {
  const titles = [...new Set(cells.map((cell) => cell.title))];
  const languages = [...new Set(cells.map((cell) => cell.language))];
  const rows = languages.map((language) => [
    language,
    ...titles.map((title) => text(cells.find((cell) => cell.language === language && cell.title === title))),
  ]);
  const table = [['language', ...titles], ...rows];
  const widths = ['', ...titles].map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const faults = cells.filter((cell) => cell.fault !== undefined);
  return [
    ...lines,
    '',
    ...faults.map((cell) => `✗ ${cell.language}, ${cell.title}: ${cell.fault}`),
    `${cells.length - faults.length} of ${cells.length} as they must be. Times: until the result, with the wait for a container.`,
  ];
}

function text(cell: MatrixCell | undefined): string {
  if (!cell) return '';
  return `${cell.fault === undefined ? '✓' : '✗'} ${cell.startMs + cell.durationMs} ms`;
}

import { endingOf } from './preview-kind.ts';

/** The beginning of a table, and how much of it there is. */
export interface TableStart {
  readonly header: readonly string[];
  /** As many cells as the header has shown columns, at most. */
  readonly rows: readonly (readonly string[])[];
  /** Rows below the header, and columns of the widest one read. */
  readonly rowCount: number;
  readonly columnCount: number;
  /** Whether the whole file was read, so that the counts are exact. */
  readonly isWhole: boolean;
}

const mostRows = 200;
export const mostColumns = 50;
/** More than this is not read: counting rows must not hold up the page. Bytes. */
const mostRead = 4_000_000;

/** The beginning of a file of comma, semicolon or tab separated values (RFC 4180), whose first row names its columns. */
export async function readTable(file: Blob, name: string): Promise<TableStart> {
  const { default: Papa } = await import('papaparse');
  const isWhole = file.size <= mostRead;
  const text = await (isWhole ? file : file.slice(0, mostRead)).text();
  const kept: string[][] = [];
  let count = 0;
  let columnCount = 0;
  Papa.parse<string[]>(text, {
    delimiter: endingOf(name) === 'tsv' ? '\t' : '',
    skipEmptyLines: true,
    step({ data }) {
      count += 1;
      columnCount = Math.max(columnCount, data.length);
      if (kept.length <= mostRows) kept.push(data.slice(0, mostColumns));
    },
  });
  const [header = [], ...rows] = kept;
  return { header, rows, rowCount: Math.max(0, count - 1), columnCount, isWhole };
}

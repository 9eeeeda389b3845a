import { useCodeTexts } from '../../../../lib/i18n/use-code-texts.ts';
import { mostColumns, readTable } from './read-table.ts';
import { ScrollFrame } from './scroll-frame.tsx';
import { useRead } from './use-read.ts';

/** Cells are cut off after this many characters; the file has them all. */
const longestCell = 500;

/** The beginning of a table, that says how much of it there is. */
export function TablePreview({ name, blob }: { readonly name: string; readonly blob: Blob }) {
  const { table: texts, files } = useCodeTexts();
  const table = useRead(blob, name, readTable);
  if (table === undefined) return <p className="text-xs text-text-muted">{files.loading}</p>;
  if (table === 'failed') return <p className="text-xs text-danger">{files.failed}</p>;
  const { header, rows, rowCount, columnCount, isWhole } = table;
  if (columnCount === 0) return <p className="text-xs text-text-muted">{texts.empty}</p>;
  const shownColumns = Math.min(columnCount, mostColumns);
  const columns = Array.from({ length: shownColumns }, (_, index) => index);
  const firstRows = isWhole ? texts.firstRows : texts.firstRowsOfMore;
  const caption = texts.caption(
    name,
    isWhole && rows.length === rowCount ? texts.rows(rowCount) : firstRows(rows.length, rowCount),
    shownColumns === columnCount ? texts.columns(columnCount) : texts.firstColumns(shownColumns, columnCount),
  );
  return (
    <div className="flex flex-col gap-1">
      {/* Out of the frame, where it stays in sight while the table is scrolled. */}
      <p aria-hidden className="isolate text-xs wrap-anywhere text-text-muted">
        {caption}
      </p>
      <ScrollFrame label={caption} className="rounded-control border border-border bg-bg">
        <table className="w-max min-w-full border-collapse text-xs text-text tabular-nums">
          <caption className="sr-only">{caption}</caption>
          <thead className="sticky top-0 bg-surface shadow-[inset_0_-1px_0_var(--color-border)]">
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col" dir="auto" className={`${cell} font-medium`}>
                  {cut(header[column])}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index} className="border-t border-border">
                {columns.map((column) => (
                  <td key={column} dir="auto" className={cell}>
                    {cut(row[column])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollFrame>
    </div>
  );
}

const cell = 'max-w-80 px-2.5 py-1 text-start align-top wrap-anywhere whitespace-pre-wrap';

function cut(value = ''): string {
  return value.length > longestCell ? `${value.slice(0, longestCell)}…` : value;
}

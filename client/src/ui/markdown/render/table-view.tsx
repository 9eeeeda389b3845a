import { use } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import type { TableNode } from '../document/nodes.ts';
import { textOf } from '../document/to-inline-nodes.ts';
import { CitationContext } from './citation-context.ts';
import { inlineElements } from './inline-elements.tsx';
import { ScrollArea } from './scroll-area.tsx';
import { TableActions } from './table-actions.tsx';

/** Four columns of prose still fit a desktop's text column. */
const WIDEST_MINIMUM = 16;

/** A table that scrolls sideways by itself, so that the page never does. */
export function TableView({ node }: { readonly node: TableNode }) {
  const { markdown } = useTexts();
  const sources = use(CitationContext);
  const columns = node.header.map((cell) => textOf(cell).trim()).filter(Boolean);
  const widths = columnWidths(node);
  return (
    <div className="markdown-table-frame">
      <ScrollArea label={markdown.table(columns.join(', '))} className="markdown-table">
        <table>
          <thead>
            <tr>
              {node.header.map((cell, index) => (
                <th
                  key={index}
                  scope="col"
                  dir="auto"
                  data-align={node.align[index] ?? undefined}
                  style={{ minWidth: widths[index] }}
                >
                  {inlineElements(cell, sources)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {node.rows.map((row, index) => (
              <tr key={index}>
                {row.map((cell, column) => (
                  <td key={column} dir="auto" data-align={node.align[column] ?? undefined}>
                    {inlineElements(cell, sources)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
      <TableActions node={node} />
    </div>
  );
}

/** On a phone a column of prose keeps a few words to the line; the table scrolls instead. */
function columnWidths({ header, rows }: TableNode): string[] {
  return header.map((title, column) => {
    const lengths = rows.map((row) => textOf(row[column] ?? []).length);
    return `${String(Math.min(Math.max(textOf(title).length, ...lengths), WIDEST_MINIMUM))}ch`;
  });
}

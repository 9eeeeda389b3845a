import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { CopyButton } from '../code/copy-button.tsx';
import type { TableNode } from '../document/nodes.ts';
import { toCsv, toTsv } from './table-text.ts';

/** Takes a table along: into a spreadsheet, or as a file's content. */
export function TableActions({ node }: { readonly node: TableNode }) {
  const { markdown } = useTexts();
  return (
    <div className="markdown-table-actions">
      <CopyButton text={() => toTsv(node)} label={markdown.copyTable} caption={markdown.copy} />
      <CopyButton text={() => toCsv(node)} label={markdown.copyCsv} caption={markdown.csv} />
    </div>
  );
}

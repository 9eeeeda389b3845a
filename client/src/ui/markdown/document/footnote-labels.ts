import type { MarkdownDocument } from './markdown-document.ts';

/** Labels of the footnotes defined at top level, sorted and separated by spaces, so that equal sets are equal strings. */
export function footnoteLabels({ blocks }: MarkdownDocument): string {
  return blocks
    .flatMap(({ nodes }) => nodes)
    .flatMap((node) => (node.type === 'footnote' ? [node.label] : []))
    .toSorted()
    .join(' ');
}

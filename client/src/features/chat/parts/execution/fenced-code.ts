import { emptyDocument, settleDocument } from '../../../../ui/markdown/document/markdown-document.ts';
import type { BlockNode, CodeNode } from '../../../../ui/markdown/document/nodes.ts';

/** Longer texts are pasted, not written. */
const mostRead = 200_000;

/** The blocks of code in a text that was written as Markdown, in order. */
export function fencedCode(text: string): CodeNode[] {
  if (text.length > mostRead) return [];
  return settleDocument(emptyDocument, text)
    .blocks.flatMap(({ nodes }) => nodes.flatMap(codeIn))
    .filter(({ language }) => language !== '');
}

function codeIn(node: BlockNode): CodeNode[] {
  switch (node.type) {
    case 'code':
      return [node];
    case 'quote':
      return node.children.flatMap(codeIn);
    case 'list':
      return node.items.flatMap(({ children }) => children.flatMap(codeIn));
    default:
      return [];
  }
}

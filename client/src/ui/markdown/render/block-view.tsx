import { Fragment, type ReactNode, use } from 'react';
import { FencedView } from '../code/fenced-view.tsx';
import type { BlockNode, ListItemNode, ListNode } from '../document/nodes.ts';
import { FormulaBlock } from '../math/formula-block.tsx';
import { type Citation, CitationContext } from './citation-context.ts';
import { FootnoteView } from './footnote-view.tsx';
import { inlineElements } from './inline-elements.tsx';
import { TableView } from './table-view.tsx';

/** One block of an answer. The cases of `blockElement` are the allow-list: nothing else can reach the page. */
export function BlockView({ node }: { readonly node: BlockNode }) {
  return blockElement(node, 0, use(CitationContext));
}

/** A block and those inside of it; `sources` are what numbers in brackets refer to. */
function blockElement(node: BlockNode, key: number, sources: readonly Citation[]): ReactNode {
  switch (node.type) {
    case 'paragraph':
      return (
        <p key={key} dir="auto">
          {inlineElements(node.children, sources)}
        </p>
      );
    case 'plain':
      return inlineElements(node.children, sources);
    case 'heading': {
      const Heading = `h${node.level}` as const;
      return (
        <Heading key={key} className={`markdown-heading-${String(Math.min(node.depth, 3))}`} dir="auto">
          {inlineElements(node.children, sources)}
        </Heading>
      );
    }
    case 'artifact':
    case 'code':
      return <FencedView key={key} node={node} />;
    case 'quote':
      return (
        <blockquote key={key} dir="auto">
          {blockElements(node.children, sources)}
        </blockquote>
      );
    case 'list':
      return listElement(node, key, sources);
    case 'table':
      return <TableView key={key} node={node} />;
    case 'rule':
      return <hr key={key} />;
    case 'html':
      return (
        <p key={key} className="markdown-html">
          {node.text}
        </p>
      );
    case 'math':
      return <FormulaBlock key={key} text={node.text} />;
    case 'pending-math':
      return (
        <p key={key} className="markdown-source">
          <code dir="ltr">{node.text}</code>
        </p>
      );
    case 'footnote':
      return (
        <FootnoteView key={key} label={node.label}>
          {inlineElements(node.children, sources)}
        </FootnoteView>
      );
    default:
      return node satisfies never;
  }
}

function blockElements(nodes: readonly BlockNode[], sources: readonly Citation[]): ReactNode {
  const [only] = nodes;
  if (only && nodes.length === 1) return blockElement(only, 0, sources);
  // Blocks inside of a block have no identity beyond their place; some of them are a run of text and elements.
  return nodes.map((node, index) => <Fragment key={index}>{blockElement(node, index, sources)}</Fragment>);
}

/** A list; items of a task list carry a checkbox, labelled by their text, that only shows a state. */
function listElement(node: ListNode, key: number, sources: readonly Citation[]): ReactNode {
  const items = node.items.map((item, index) => listItemElement(item, index, sources));
  if (!node.ordered) return <ul key={key}>{items}</ul>;
  return (
    <ol key={key} start={node.start === 1 ? undefined : node.start}>
      {items}
    </ol>
  );
}

function listItemElement(item: ListItemNode, key: number, sources: readonly Citation[]): ReactNode {
  const [first, ...others] = item.children;
  if (item.task === 'none' || !first) {
    return (
      <li key={key} dir="auto">
        {blockElements(item.children, sources)}
      </li>
    );
  }
  const words: BlockNode = first.type === 'paragraph' ? { ...first, type: 'plain' } : first;
  return (
    <li key={key} dir="auto" className="markdown-task">
      <label>
        <input type="checkbox" checked={item.task === 'done'} disabled />
        <span>{blockElement(words, 0, sources)}</span>
      </label>
      {blockElements(others, sources)}
    </li>
  );
}

import { FencedView } from '../code/fenced-view.tsx';
import type { BlockNode, ListItemNode, ListNode } from '../document/nodes.ts';
import { FormulaBlock } from '../math/formula-block.tsx';
import { FootnoteView } from './footnote-view.tsx';
import { InlineView } from './inline-view.tsx';
import { TableView } from './table-view.tsx';

/** One block of an answer. The cases are the allow-list: nothing else can reach the page. */
export function BlockView({ node }: { readonly node: BlockNode }) {
  switch (node.type) {
    case 'paragraph':
      return (
        <p dir="auto">
          <InlineView nodes={node.children} />
        </p>
      );
    case 'plain':
      return <InlineView nodes={node.children} />;
    case 'heading': {
      const Heading = `h${node.level}` as const;
      return (
        <Heading className={`markdown-heading-${String(Math.min(node.depth, 3))}`} dir="auto">
          <InlineView nodes={node.children} />
        </Heading>
      );
    }
    case 'artifact':
    case 'code':
      return <FencedView node={node} />;
    case 'quote':
      return (
        <blockquote dir="auto">
          <Blocks nodes={node.children} />
        </blockquote>
      );
    case 'list':
      return <ListView node={node} />;
    case 'table':
      return <TableView node={node} />;
    case 'rule':
      return <hr />;
    case 'html':
      return <p className="markdown-html">{node.text}</p>;
    case 'math':
      return <FormulaBlock text={node.text} />;
    case 'pending-math':
      return (
        <p className="markdown-source">
          <code dir="ltr">{node.text}</code>
        </p>
      );
    case 'footnote':
      return (
        <FootnoteView label={node.label}>
          <InlineView nodes={node.children} />
        </FootnoteView>
      );
    default:
      return node satisfies never;
  }
}

/** A list; items of a task list carry a checkbox, labelled by their text, that only shows a state. */
function ListView({ node }: { readonly node: ListNode }) {
  const items = node.items.map((item, index) => <ListItemView key={index} item={item} />);
  return node.ordered ? <ol start={node.start === 1 ? undefined : node.start}>{items}</ol> : <ul>{items}</ul>;
}

function ListItemView({ item }: { readonly item: ListItemNode }) {
  const [first, ...others] = item.children;
  if (item.task === 'none' || !first) {
    return (
      <li dir="auto">
        <Blocks nodes={item.children} />
      </li>
    );
  }
  return (
    <li dir="auto" className="markdown-task">
      <label>
        <input type="checkbox" checked={item.task === 'done'} disabled />
        <span>
          <BlockView node={first.type === 'paragraph' ? { ...first, type: 'plain' } : first} />
        </span>
      </label>
      <Blocks nodes={others} />
    </li>
  );
}

function Blocks({ nodes }: { readonly nodes: readonly BlockNode[] }) {
  return nodes.map((node, index) => <BlockView key={index} node={node} />);
}

import { use } from 'react';
import { LongText, mostShown } from '../code/long-text.tsx';
import type { InlineNode } from '../document/nodes.ts';
import { Formula } from '../math/formula.tsx';
import { CitationContext } from './citation-context.ts';
import { Citations } from './citations.tsx';
import { FootnoteReference } from './footnote-view.tsx';

/** Text level nodes as elements. */
export function InlineView({ nodes }: { readonly nodes: readonly InlineNode[] }) {
  const sources = use(CitationContext);
  // Nodes of a text have no identity beyond their place.
  return nodes.map((node, index) =>
    node.type === 'text' && sources.length > 0 ? (
      <Citations key={index} text={node.text} sources={sources} />
    ) : (
      <InlineNodeView key={index} node={node} />
    ),
  );
}

function InlineNodeView({ node }: { readonly node: InlineNode }) {
  switch (node.type) {
    case 'text':
      return node.text.length > mostShown ? <LongText text={node.text} /> : node.text;
    case 'strong':
      return (
        <strong>
          <InlineView nodes={node.children} />
        </strong>
      );
    case 'emphasis':
      return (
        <em>
          <InlineView nodes={node.children} />
        </em>
      );
    case 'strike':
      return (
        <del>
          <InlineView nodes={node.children} />
        </del>
      );
    case 'code':
      return <code dir="ltr">{node.text}</code>;
    case 'break':
      return <br />;
    case 'link':
      return <LinkView node={node} />;
    case 'pending-link':
      return (
        <span className="markdown-pending-link">
          <InlineView nodes={node.children} />
        </span>
      );
    case 'image':
      return <img src={node.src} alt={node.alt} title={node.title || undefined} loading="lazy" decoding="async" />;
    case 'math':
      return <Formula text={node.text} display={node.display} />;
    case 'footnote-reference':
      return <FootnoteReference label={node.label} />;
    default:
      return node satisfies never;
  }
}

function LinkView({ node }: { readonly node: Extract<InlineNode, { type: 'link' }> }) {
  const newTab = node.external ? { target: '_blank' } : {};
  return (
    <a href={node.href} title={node.title || undefined} rel="noopener noreferrer" {...newTab}>
      <InlineView nodes={node.children} />
    </a>
  );
}

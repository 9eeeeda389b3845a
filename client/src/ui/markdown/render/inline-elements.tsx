import type { ReactNode } from 'react';
import { LongText, mostShown } from '../code/long-text.tsx';
import type { InlineNode } from '../document/nodes.ts';
import { Formula } from '../math/formula.tsx';
import type { Citation } from './citation-context.ts';
import { Citations } from './citations.tsx';
import { FootnoteReference } from './footnote-view.tsx';

/**
 * Text level nodes as elements; `sources` are what numbers in brackets refer to. Nothing but text is a string: a
 * component for each piece of a long answer would take more memory than its words.
 */
export function inlineElements(nodes: readonly InlineNode[], sources: readonly Citation[]): ReactNode {
  const [only] = nodes;
  if (only && nodes.length === 1) return inlineElement(only, 0, sources);
  // Nodes of a text have no identity beyond their place.
  return nodes.map((node, index) => inlineElement(node, index, sources));
}

function inlineElement(node: InlineNode, key: number, sources: readonly Citation[]): ReactNode {
  switch (node.type) {
    case 'text':
      if (sources.length > 0) return <Citations key={key} text={node.text} sources={sources} />;
      return node.text.length > mostShown ? <LongText key={key} text={node.text} /> : node.text;
    case 'strong':
      return <strong key={key}>{inlineElements(node.children, sources)}</strong>;
    case 'emphasis':
      return <em key={key}>{inlineElements(node.children, sources)}</em>;
    case 'strike':
      return <del key={key}>{inlineElements(node.children, sources)}</del>;
    case 'code':
      return (
        <code key={key} dir="ltr">
          {node.text}
        </code>
      );
    case 'break':
      return <br key={key} />;
    case 'link':
      return (
        <a
          key={key}
          href={node.href}
          title={node.title || undefined}
          rel="noopener noreferrer"
          {...(node.external ? { target: '_blank' } : {})}
        >
          {inlineElements(node.children, sources)}
        </a>
      );
    case 'pending-link':
      return (
        <span key={key} className="markdown-pending-link">
          {inlineElements(node.children, sources)}
        </span>
      );
    case 'image':
      return (
        <img key={key} src={node.src} alt={node.alt} title={node.title || undefined} loading="lazy" decoding="async" />
      );
    case 'math':
      return <Formula key={key} text={node.text} display={node.display} />;
    case 'footnote-reference':
      return <FootnoteReference key={key} label={node.label} />;
    default:
      return node satisfies never;
  }
}

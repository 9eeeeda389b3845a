import type { BlockNode, InlineNode, ListItemNode } from '../nodes.ts';
import { localImage, safeLink } from '../safe-url.ts';

const PAGE = 'https://page.invalid/';

/** Nodes as the HTML that stands for them; raw HTML is the text it is. */
export function toHtml(nodes: readonly BlockNode[]): string {
  return nodes.map(blockToHtml).join('\n');
}

function blockToHtml(node: BlockNode): string {
  switch (node.type) {
    case 'paragraph':
      return tag('p', inlineToHtml(node.children));
    case 'plain':
      return inlineToHtml(node.children);
    case 'heading':
      return tag(`h${String(node.depth)}`, inlineToHtml(node.children));
    case 'code':
      return tag(
        'pre',
        tag('code', escape(node.text ? `${node.text}\n` : ''), node.language && { class: `language-${node.language}` }),
      );
    case 'quote':
      return tag('blockquote', toHtml(node.children));
    case 'list':
      return node.ordered
        ? tag('ol', node.items.map(itemToHtml).join(''), node.start !== 1 && { start: String(node.start) })
        : tag('ul', node.items.map(itemToHtml).join(''));
    case 'table':
      return tag(
        'table',
        tag('thead', tag('tr', node.header.map((cell) => tag('th', inlineToHtml(cell))).join(''))) +
          (node.rows.length > 0
            ? tag(
                'tbody',
                node.rows.map((row) => tag('tr', row.map((cell) => tag('td', inlineToHtml(cell))).join(''))).join(''),
              )
            : ''),
      );
    case 'rule':
      return '<hr>';
    case 'html':
      return escape(node.text);
    case 'math':
      return tag('math', escape(node.text));
    default:
      throw new Error(`No example should have made a ${node.type}`);
  }
}

function itemToHtml({ task, children }: ListItemNode): string {
  const box = task === 'none' ? '' : `<input type="checkbox"${task === 'done' ? ' checked' : ''}>`;
  const html = toHtml(children);
  return tag('li', html.startsWith('<p>') ? html.replace('<p>', `<p>${box}`) : box + html);
}

function inlineToHtml(nodes: readonly InlineNode[]): string {
  return nodes.map(inlineNodeToHtml).join('');
}

function inlineNodeToHtml(node: InlineNode): string {
  switch (node.type) {
    case 'text':
      return escape(node.text);
    case 'strong':
      return tag('strong', inlineToHtml(node.children));
    case 'emphasis':
      return tag('em', inlineToHtml(node.children));
    case 'strike':
      return tag('del', inlineToHtml(node.children));
    case 'code':
      return tag('code', escape(node.text));
    case 'break':
      return '<br>';
    case 'link':
      return tag('a', inlineToHtml(node.children), { href: node.href, title: node.title });
    case 'image':
      return tag('img', '', { src: node.src, alt: node.alt, title: node.title });
    default:
      throw new Error(`No example should have made a ${node.type}`);
  }
}

function tag(name: string, content: string, attributes: Readonly<Record<string, string>> | '' | false = {}): string {
  const written = Object.entries(attributes || {}).map(([key, value]) => ` ${key}="${escape(value)}"`);
  return `<${name}${written.join('')}>${content}</${name}>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** HTML as nested arrays, without the white space between blocks, and with our policy applied to its addresses. */
export function outline(html: string): unknown {
  const template = document.createElement('template');
  template.innerHTML = html;
  return childrenOf(template.content, false);
}

function childrenOf(parent: Node, verbatim: boolean): unknown[] {
  const parts: unknown[] = [];
  for (const child of parent.childNodes) {
    for (const part of child instanceof Element ? elementOutline(child, verbatim) : [child.textContent ?? '']) {
      const last = parts.at(-1);
      if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
      else parts.push(part);
    }
  }
  const collapsed = parts.map((part) =>
    typeof part === 'string' && !verbatim ? part.replaceAll(/[ \n]+/g, ' ').trim() : part,
  );
  return collapsed.filter((part) => part !== '');
}

function elementOutline(element: Element, verbatim: boolean): unknown[] {
  const name = element.localName;
  const children = childrenOf(element, verbatim || name === 'pre' || name === 'code');
  if (name === 'a') {
    const link = safeLink(element.getAttribute('href') ?? '');
    return link
      ? [['a', address(link.href), element.getAttribute('title') || null, children]]
      : childNodesOf(element, verbatim);
  }
  if (name === 'img') {
    const source = element.getAttribute('src') ?? '';
    const alt = element.getAttribute('alt') ?? '';
    const src = localImage(source);
    return src !== undefined ? [['img', address(src), alt, element.getAttribute('title') || null]] : [alt];
  }
  const kept = ['class', 'start', 'checked'].map((attribute) => element.getAttribute(attribute));
  return [[name, ...kept, children]];
}

/** What a link leaves behind when it may not be one. */
function childNodesOf(element: Element, verbatim: boolean): unknown[] {
  return Array.from(element.childNodes).flatMap((child) =>
    child instanceof Element ? elementOutline(child, verbatim) : [child.textContent ?? ''],
  );
}

function address(href: string): string {
  return decodeURI(new URL(href, PAGE).href);
}

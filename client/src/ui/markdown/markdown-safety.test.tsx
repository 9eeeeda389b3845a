import { render, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { attacks } from './__fixtures__/attacks.ts';
import { corpus } from './__fixtures__/corpus.ts';
import { Markdown } from './markdown.tsx';

const ELEMENTS = new Set(
  'div p h3 h4 h5 h6 strong em del code pre br hr a span ul ol li label input blockquote figure table thead tbody tr th td img sup button output'.split(
    ' ',
  ),
);
const ATTRIBUTES = new Set(
  'class dir href title rel target id aria-label aria-hidden src alt loading decoding type checked disabled start scope style tabindex data-code data-align data-tooltip'.split(
    ' ',
  ),
);
/** Icons of ours and what KaTeX draws with. */
const INSIDE = '.katex, .katex-error, button > svg';
const SCHEMES = new Set(['http:', 'https:', 'mailto:']);
const RASTER = /^data:image\/(?:png|jpeg|gif|webp|avif);base64,/;

function faultsIn(container: Element): string[] {
  return Array.from(container.querySelectorAll('*')).flatMap((element) => [
    ...(ELEMENTS.has(element.localName) || element.closest(INSIDE) ? [] : [`<${element.localName}>`]),
    ...Array.from(element.attributes).flatMap(({ name, value }) => faultsInAttribute(element, name, value)),
  ]);
}

function faultsInAttribute(element: Element, name: string, value: string): string[] {
  const fault = `${element.localName} ${name}=${value}`;
  if (name.startsWith('on') || name === 'srcdoc' || name === 'srcset' || name === 'formaction') return [fault];
  if (element instanceof HTMLAnchorElement && name === 'href') return SCHEMES.has(element.protocol) ? [] : [fault];
  if (element instanceof HTMLImageElement && name === 'src') {
    return RASTER.test(value) || new URL(element.src).origin === location.origin ? [] : [fault];
  }
  if (name === 'style') return /url\(|expression|@import/i.test(value) ? [fault] : [];
  return ATTRIBUTES.has(name) || element.closest(INSIDE) ? [] : [fault];
}

test('there is nothing to see where nothing attacks', () => {
  for (const text of corpus) {
    const { container, unmount } = render(<Markdown text={text} settled />);
    expect(faultsIn(container)).toEqual([]);
    unmount();
  }
});

test.for(attacks.map((text, index) => [index, text] as const))(
  'attack %i is harmless, whole and at every length',
  ([, text]) => {
    const { container, rerender } = render(<Markdown text="" settled={false} />);
    for (let length = 1; length <= text.length; length += 1) {
      rerender(<Markdown text={text.slice(0, length)} settled={false} />);
      expect(faultsIn(container)).toEqual([]);
    }
    rerender(<Markdown text={text} settled />);
    expect(faultsIn(container)).toEqual([]);
  },
);

test('formulas are harmless once they are drawn', async () => {
  const text = attacks.filter((attack) => /\$|\\\[/.test(attack)).join('\n\n');
  const { container } = render(<Markdown text={text} settled />);
  await waitFor(() => expect(container.querySelector('.katex')).not.toBeNull(), { timeout: 10_000 });
  expect(faultsIn(container)).toEqual([]);
  expect(container.querySelectorAll('.katex a, .katex img, .katex script')).toHaveLength(0);
});

test('raw HTML is readable as the text it is', () => {
  const text = 'a <b>b</b> <img src=x onerror=alert(1)>';
  const { container } = render(<Markdown text={text} settled />);
  expect(container.textContent).toBe(text);
});

test('pictures from elsewhere are links, those in the text are pictures', () => {
  const dot = 'data:image/png;base64,iVBORw0KGgo=';
  const { container } = render(
    <Markdown text={`![far](https://a.example/x.png) ![near](${dot}) ![own](/x.png)`} settled />,
  );
  expect(Array.from(container.querySelectorAll('img'), (image) => image.alt)).toEqual(['near', 'own']);
  expect(container.querySelector('a')).toHaveTextContent('far');
  expect(container.querySelector('img')).toHaveAttribute('loading', 'lazy');
});

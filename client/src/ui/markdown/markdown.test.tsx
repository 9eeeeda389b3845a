import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { corpus } from './__fixtures__/corpus.ts';
import { Markdown } from './markdown.tsx';

/** Reports a first size at once, as browsers do after layout, which jsdom does not have. */
class ImmediateResizeObserver {
  readonly #report: () => void;
  constructor(report: () => void) {
    this.#report = report;
  }
  observe() {
    this.#report();
  }
  disconnect() {}
}

vi.stubGlobal('ResizeObserver', ImmediateResizeObserver);
afterEach(() => {
  vi.restoreAllMocks();
});

/** A copy in which the ids React made are gone. */
function withoutIds(container: Element): Element {
  const copy = document.createElement('div');
  copy.innerHTML = container.innerHTML.replaceAll(/_r_\w+_/g, '');
  return copy;
}

test('elements of settled blocks stay in place while text arrives', () => {
  const text = corpus[0] ?? '';
  const { container, rerender } = render(<Markdown text={text.slice(0, 150)} settled={false} />);
  const [heading, paragraph] = Array.from(container.querySelectorAll('h3, p'));
  for (let length = 150; length <= text.length; length += 11)
    rerender(<Markdown text={text.slice(0, length)} settled={false} />);
  rerender(<Markdown text={text} settled />);
  const [laterHeading, laterParagraph] = Array.from(container.querySelectorAll('h3, p'));
  expect(laterHeading).toBe(heading);
  expect(laterParagraph).toBe(paragraph);
});

test('streaming ends in what the whole text shows', () => {
  for (const text of corpus) {
    const streamed = render(<Markdown text="" settled={false} />);
    for (let length = 1; length < text.length; length += 13)
      streamed.rerender(<Markdown text={text.slice(0, length)} settled={false} />);
    streamed.rerender(<Markdown text={text} settled />);
    const whole = render(<Markdown text={text} settled />);
    // Only how it is painted differs.
    streamed.container.querySelector('.markdown-grown')?.classList.remove('markdown-grown');
    expect(withoutIds(streamed.container).isEqualNode(withoutIds(whole.container))).toBe(true);
    streamed.unmount();
    whole.unmount();
  }
});

test('links outside open a new tab and tell nothing of this page, links inside stay', () => {
  render(<Markdown text="[out](https://example.com) [in](/guide) [mail](mailto:a@b.cd)" settled />);
  expect(screen.getByRole('link', { name: 'out' })).toHaveAttribute('target', '_blank');
  expect(screen.getByRole('link', { name: 'in' })).not.toHaveAttribute('target');
  expect(screen.getByRole('link', { name: 'mail' })).not.toHaveAttribute('target');
  for (const link of screen.getAllByRole('link')) expect(link).toHaveAttribute('rel', 'noopener noreferrer');
});

test('headings start at h3', () => {
  render(<Markdown text={'# One\n\n### Two'} settled />);
  expect(screen.getAllByRole('heading').map(({ tagName }) => tagName)).toEqual(['H3', 'H4']);
});

test('a task list shows its state and labels each box', () => {
  render(<Markdown text={'- [x] write\n- [ ] measure **twice**\n\n  and more'} settled />);
  expect(screen.getByRole('checkbox', { name: 'write' })).toBeChecked();
  expect(screen.getByRole('checkbox', { name: 'measure twice' })).not.toBeChecked();
  for (const box of screen.getAllByRole('checkbox')) expect(box).toBeDisabled();
});

test('tables and code are named, and can be reached while they are wider than their column', () => {
  vi.spyOn(HTMLElement.prototype, 'scrollWidth', 'get').mockReturnValue(900);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(300);
  render(<Markdown text={'| Name | Age |\n|---|---|\n| Ada | 36 |\n\n```ts\nlet a;\n```'} settled />);
  const table = screen.getByRole('figure', { name: 'Table: Name, Age' });
  expect(table).toHaveAttribute('tabindex', '0');
  expect(within(table).getAllByRole('columnheader')).toHaveLength(2);
  expect(screen.getByRole('figure', { name: 'Code, TypeScript' })).toHaveAttribute('tabindex', '0');
});

test('code is copied as it is written, and that is said', async () => {
  const user = userEvent.setup();
  render(<Markdown text={'```py\nprint("<&>")\n```'} settled />);
  await user.click(screen.getByRole('button', { name: 'Copy code' }));
  expect(await screen.findByRole('status')).toHaveTextContent('Copied');
  expect(await navigator.clipboard.readText()).toBe('print("<&>")');
});

test('footnotes lead to their note and back', () => {
  render(<Markdown text={'Claim[^a], other[^b].\n\n[^a]: Proof.'} settled />);
  const mark = screen.getByRole('link', { name: 'Footnote a' });
  const back = screen.getByRole('link', { name: /Back to where footnote a/ });
  expect(mark.getAttribute('href')).toBe(`#${back.closest('p')?.id ?? ''}`);
  expect(back.getAttribute('href')).toBe(`#${mark.id}`);
  expect(screen.getByText(/other\[\^b\]/)).toBeInTheDocument();
});

test('a footnote may stand before a colon', () => {
  render(<Markdown text={'A plan[^a]: go.\n\n[^a]: Proof.'} settled />);
  expect(screen.getByRole('link', { name: 'Footnote a' })).toBeInTheDocument();
});

test('a formula shows its source until it can be drawn, then MathML for those who listen', async () => {
  const { container } = render(<Markdown text="$$x^2$$" settled />);
  expect(screen.getByRole('figure', { name: 'Formula' })).toHaveTextContent('x^2');
  await waitFor(() => expect(container.querySelector('math')).not.toBeNull(), { timeout: 10_000 });
});

test('a diagram shows its source where it cannot be drawn', () => {
  render(<Markdown text={'```mermaid\ngraph TD\nA-->B\n```'} settled />);
  expect(screen.getByRole('figure', { name: 'Code, Mermaid' })).toHaveTextContent('graph TD A-->B');
});

import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { MermaidConfig } from 'mermaid';
import { beforeEach, expect, test, vi } from 'vitest';
import { Markdown } from '../markdown.tsx';
import type { Palette } from './palette.ts';

const SVG =
  '<svg viewBox="0 0 400 200" style="max-width: 400px"><title>Flow</title><desc>From A to B</desc><text>A<br></text></svg>';
const DIAGRAM = '```mermaid\ngraph TD\nA-->B\n```';

const mermaid = vi.hoisted(() => ({
  initialize: vi.fn<(config: MermaidConfig) => void>(),
  render: vi.fn<() => Promise<{ svg: string }>>(),
}));
vi.mock('mermaid', () => ({ default: mermaid }));
// jsdom paints nothing, so it knows no colours.
vi.mock('./palette.ts', () => ({
  readPalette: (): Palette => ({
    background: '#ffffff',
    surface: '#eeeeee',
    raised: '#dddddd',
    border: '#cccccc',
    outline: '#888888',
    text: '#111111',
    muted: '#555555',
    accent: '#3355cc',
    dark: document.documentElement.dataset['theme'] === 'dark',
  }),
}));

let showAll: () => void = () => undefined;

beforeEach(() => {
  mermaid.render.mockReset().mockResolvedValue({ svg: SVG });
  mermaid.initialize.mockReset();
  document.documentElement.dataset['theme'] = 'light';
  const observers = new Set<IntersectionObserverCallback>();
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(callback: IntersectionObserverCallback) {
        observers.add(callback);
      }
      observe = () => undefined;
      disconnect = () => undefined;
    },
  );
  showAll = () => {
    const entry = { isIntersecting: true } as IntersectionObserverEntry;
    act(() => {
      for (const callback of observers) callback([entry], {} as IntersectionObserver);
    });
  };
});

test('a diagram is drawn once it comes into view, as a picture in which nothing can run', async () => {
  render(<Markdown text={DIAGRAM} settled />);
  expect(screen.getByText(/graph TD/)).toBeInTheDocument();
  expect(mermaid.render).not.toHaveBeenCalled();
  showAll();
  const picture = await screen.findByRole('img', { name: 'Flow. From A to B' });
  expect(picture.getAttribute('src')).toMatch(/^data:image\/svg\+xml/);
  expect(picture).toHaveAttribute('width', '400');
  expect(mermaid.initialize).toHaveBeenCalledWith(
    expect.objectContaining({ securityLevel: 'strict', htmlLabels: false }),
  );
  const xml = decodeURIComponent(picture.getAttribute('src')?.split(',').slice(1).join(',') ?? '');
  expect(new DOMParser().parseFromString(xml, 'image/svg+xml').querySelector('parsererror')).toBeNull();
});

test('an open fence is not drawn', () => {
  render(<Markdown text={DIAGRAM.slice(0, -4)} settled={false} />);
  showAll();
  expect(mermaid.render).not.toHaveBeenCalled();
  expect(screen.getByText(/graph TD/)).toBeInTheDocument();
});

test('the source can be looked at', async () => {
  const user = userEvent.setup();
  render(<Markdown text={DIAGRAM} settled />);
  showAll();
  await user.click(await screen.findByRole('button', { name: 'Show source' }));
  expect(screen.getByText(/graph TD/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Show diagram' }));
  expect(screen.getByRole('img')).toBeInTheDocument();
});

test('what cannot be drawn shows its source and says so', async () => {
  mermaid.render.mockRejectedValue(new Error('Parse error'));
  render(<Markdown text={DIAGRAM} settled />);
  showAll();
  expect(await screen.findByText(/could not be drawn/)).toBeInTheDocument();
  expect(screen.getByText(/graph TD/)).toBeInTheDocument();
});

test('a change of theme draws again in its colours', async () => {
  render(<Markdown text={DIAGRAM} settled />);
  showAll();
  await screen.findByRole('img');
  document.documentElement.dataset['theme'] = 'dark';
  await vi.waitFor(() =>
    expect(mermaid.initialize).toHaveBeenLastCalledWith(expect.objectContaining({ darkMode: true })),
  );
});

import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { SourceList } from './source-list.tsx';

const source = (id: string, url: string) => ({ type: 'source' as const, step: 0, id, title: `Page ${id}`, url });

it('numbers its sources and links them', () => {
  render(<SourceList sources={[source('a', '/docs/README'), source('b', 'https://example.com/')]} />);
  expect(screen.getByRole('link', { name: /Source 1: ?Page a/ })).toHaveAttribute('href', '/docs/README');
  expect(screen.getByRole('link', { name: /Source 2: ?Page b/ })).toHaveAttribute('target', '_blank');
});

it('follows no address that would run code', () => {
  render(<SourceList sources={[source('a', 'javascript:alert(1)')]} />);
  expect(screen.queryByRole('link')).not.toBeInTheDocument();
  expect(screen.getByText('Page a')).toBeVisible();
});

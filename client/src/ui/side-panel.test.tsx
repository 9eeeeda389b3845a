import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { setPanelWidth } from './side-panel-width.ts';
import { SidePanel } from './side-panel.tsx';

function Page({ isSheet = false }: { readonly isSheet?: boolean }) {
  const [opener, setOpener] = useState<HTMLElement>();
  return (
    <div>
      <button type="button" onClick={(event) => setOpener(event.currentTarget)}>
        Show details
      </button>
      {opener ? (
        <SidePanel title="Details" subject="one" opener={opener} isSheet={isSheet} onClose={() => setOpener(undefined)}>
          <p>All about it</p>
        </SidePanel>
      ) : null}
    </div>
  );
}

async function openPanel(isSheet = false) {
  render(<Page isSheet={isSheet} />);
  await userEvent.click(screen.getByRole('button', { name: 'Show details' }));
  await waitFor(() => expect(screen.getByRole('heading', { name: 'Details' })).toHaveFocus());
}

describe('a side panel', () => {
  beforeEach(() => setPanelWidth(44));

  it('takes the focus, and gives it back when Esc closes it', async () => {
    await openPanel();
    await userEvent.keyboard('{Escape}');
    expect(screen.queryByRole('complementary')).toBeNull();
    expect(screen.getByRole('button', { name: 'Show details' })).toHaveFocus();
  });

  it('closes by its button', async () => {
    await openPanel();
    await userEvent.click(within(screen.getByRole('complementary')).getByRole('button', { name: 'Close' }));
    expect(screen.queryByText('All about it')).toBeNull();
    expect(screen.getByRole('button', { name: 'Show details' })).toHaveFocus();
  });

  it('leaves Esc to a menu in it', async () => {
    await openPanel();
    const event = new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true });
    event.preventDefault();
    screen.getByText('All about it').dispatchEvent(event);
    expect(screen.getByText('All about it')).toBeInTheDocument();
  });

  it('is resized by keys between 40 and 60 per cent, and stays so', async () => {
    await openPanel();
    const edge = screen.getByRole('separator', { name: 'Resize the panel' });
    edge.focus();
    await userEvent.keyboard('{ArrowLeft}');
    expect(edge).toHaveAttribute('aria-valuenow', '46');
    await userEvent.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}');
    expect(edge).toHaveAttribute('aria-valuenow', '40');
    await userEvent.keyboard('{End}{ArrowLeft}');
    expect(edge).toHaveAttribute('aria-valuenow', '60');
    expect(screen.getByRole('complementary')).toHaveStyle({ width: '60%' });
    expect(localStorage.getItem('parley:side-panel')).toContain('60');
  });

  it('is resized by dragging its edge', async () => {
    await openPanel();
    const edge = screen.getByRole('separator');
    const row = screen.getByRole('complementary').parentElement;
    if (row) row.getBoundingClientRect = () => new DOMRect(0, 0, 1000, 600);
    edge.setPointerCapture = vi.fn<(id: number) => void>();
    edge.hasPointerCapture = () => true;
    fireEvent.pointerDown(edge, { button: 0, clientX: 560 });
    fireEvent.pointerMove(edge, { clientX: 500 });
    expect(edge).toHaveAttribute('aria-valuenow', '50');
    fireEvent.pointerMove(edge, { clientX: 10 });
    expect(edge).toHaveAttribute('aria-valuenow', '60');
  });

  it('is a modal sheet where there is no room beside the page', async () => {
    await openPanel(true);
    expect(screen.getByRole('dialog', { name: 'Details' })).toBeInTheDocument();
    expect(screen.queryByRole('separator')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Close' }));
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});

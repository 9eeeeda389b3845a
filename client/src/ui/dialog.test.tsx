import { fireEvent, render, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { Dialog } from './dialog.tsx';

describe('dialog', () => {
  it('is named by its title and holds its content only while open', () => {
    const { rerender } = show(true);
    expect(screen.getByRole('dialog', { name: 'Shortcuts' })).toHaveTextContent('Content');
    rerender(
      <Dialog open={false} onClose={() => undefined} title="Shortcuts">
        <p>Content</p>
      </Dialog>,
    );
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it.each([
    ['its close button', () => fireEvent.click(screen.getByRole('button', { name: 'Close' }))],
    ['a click beside it', () => fireEvent.click(screen.getByRole('dialog'))],
    ['the browser, as on Esc', () => screen.getByRole<HTMLDialogElement>('dialog').close()],
  ])('asks to be closed by %s', (_, close) => {
    const onClose = vi.fn<() => void>();
    show(true, onClose);
    close();
    expect(onClose).toHaveBeenCalled();
  });

  it('stays when its content is clicked', () => {
    const onClose = vi.fn<() => void>();
    show(true, onClose);
    fireEvent.click(screen.getByText('Content'));
    expect(onClose).not.toHaveBeenCalled();
  });
});

function show(open: boolean, onClose: () => void = () => undefined) {
  return render(
    <Dialog open={open} onClose={onClose} title="Shortcuts">
      <p>Content</p>
    </Dialog>,
  );
}

import { act, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { showToast, useToasts } from './toast-store.ts';
import type { ToastEnd } from './toast-store.ts';
import { Toaster } from './toaster.tsx';

const onEnd = vi.fn<(end: ToastEnd) => void>();

beforeEach(() => {
  vi.useFakeTimers();
  onEnd.mockClear();
  render(<Toaster />);
});
afterEach(() => {
  vi.useRealTimers();
  useToasts.setState({ toasts: [] });
});

describe('toasts', () => {
  it('appear in a polite live region and expire', () => {
    act(() => void showToast({ text: 'Saved', onEnd }));
    expect(screen.getByRole('region', { name: 'Notifications' })).toHaveAttribute('aria-live', 'polite');
    expect(screen.getByText('Saved')).toBeVisible();
    act(() => void vi.advanceTimersByTime(5000));
    expect(screen.queryByText('Saved')).toBeNull();
    expect(onEnd).toHaveBeenCalledExactlyOnceWith('expired');
  });

  it('wait while the pointer is over them', () => {
    act(() => void showToast({ text: 'Saved', onEnd }));
    fireEvent.pointerEnter(screen.getByText('Saved'));
    act(() => void vi.advanceTimersByTime(60_000));
    expect(screen.getByText('Saved')).toBeVisible();
    fireEvent.pointerLeave(screen.getByText('Saved'));
    act(() => void vi.advanceTimersByTime(5000));
    expect(onEnd).toHaveBeenCalledExactlyOnceWith('expired');
  });

  it('run their action once and tell their owner', () => {
    const onAction = vi.fn<() => void>();
    act(() => void showToast({ text: 'Deleted', action: { label: 'Undo', onAction }, onEnd }));
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect(onAction).toHaveBeenCalledOnce();
    expect(onEnd).toHaveBeenCalledExactlyOnceWith('action');
  });

  it('can be dismissed', () => {
    act(() => void showToast({ text: 'Saved', onEnd }));
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(onEnd).toHaveBeenCalledExactlyOnceWith('dismissed');
  });
});

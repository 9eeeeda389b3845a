import { act, renderHook } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { answerOf, questionOf } from '../testing/messages.ts';
import { threadTurns, type Turn } from './thread-turns.ts';
import { useTurnWindow } from './use-turn-window.ts';
import { visiblePath } from './visible-path.ts';

const turnHeight = 100;
const windowHeight = 800;

let idle: (() => void)[] = [];
beforeEach(() => {
  idle = [];
  vi.stubGlobal('requestIdleCallback', (work: () => void) => idle.push(work));
});

/** A chat of so many turns. */
function chatOf(count: number, text?: string): Turn[] {
  const messages = Array.from({ length: count }, (_, index) =>
    index % 2 === 0 ? questionOf(index + 1, index === 0 ? null : index, text) : answerOf(index + 1, index, text),
  );
  return threadTurns(visiblePath(messages), []);
}

/** Opens a chat in a window that shows 8 turns at once; all are of the same height. */
function open(initial: readonly Turn[]) {
  let mounted = 0;
  const element = document.createElement('div');
  const lastTop = () => Math.max(0, mounted * turnHeight - windowHeight);
  let top = 0;
  Object.defineProperty(element, 'scrollHeight', { get: () => Math.max(windowHeight, mounted * turnHeight) });
  Object.defineProperty(element, 'scrollTop', {
    get: () => top,
    set: (next: number) => {
      top = next;
    },
  });
  element.scrollTo = (options?: ScrollToOptions | number) => {
    if (typeof options === 'object') top = Math.min(options.top ?? top, lastTop());
  };
  const scroller = { current: element };
  const { result, rerender } = renderHook(
    ({ turns }) => {
      const turnWindow = useTurnWindow(turns, scroller);
      mounted = turns.length - turnWindow.first;
      return turnWindow;
    },
    { initialProps: { turns: initial } },
  );
  return {
    element,
    rerender,
    mounted: () => mounted,
    view: () => result.current,
    isAtEnd: () => top === lastTop(),
    /** Which turn, counted from the end, is at the upper edge of the window. */
    atEdge: () => mounted - top / turnHeight,
    /** The browser has time until there is nothing left to do. */
    rest: () => {
      for (let work = idle.shift(); work; work = idle.shift()) act(work);
    },
  };
}

describe('the turns of a long chat that are mounted', () => {
  it('are those that fill the window when it opens, at its end', () => {
    const chat = open(chatOf(500));
    expect(chat.mounted()).toBeGreaterThanOrEqual(8);
    expect(chat.mounted()).toBeLessThan(30);
    expect(chat.isAtEnd()).toBe(true);
    expect(chat.view().showEarlier).toBeUndefined();
  });

  it('become 60 as soon as the browser has time, and the end stays where it is', () => {
    const chat = open(chatOf(500));
    chat.rest();
    expect(chat.mounted()).toBe(60);
    expect(chat.isAtEnd()).toBe(true);
    expect(chat.view().showEarlier).toBeDefined();
  });

  it('are fewer where they are long, one at the least', () => {
    const chat = open(chatOf(500, 'x'.repeat(10_000)));
    expect(chat.mounted()).toBe(1);
    chat.rest();
    expect(chat.mounted()).toBe(60);
  });

  it('are all of a short chat at once', () => {
    const chat = open(chatOf(6));
    expect(chat.mounted()).toBe(6);
    expect(idle).toEqual([]);
  });

  it('come when the messages do', () => {
    const chat = open([]);
    expect(chat.mounted()).toBe(0);
    chat.rerender({ turns: chatOf(500) });
    expect(chat.mounted()).toBeGreaterThanOrEqual(8);
    expect(chat.isAtEnd()).toBe(true);
  });

  it('are 60 more each time somebody reaches their start, and what is on screen stays', () => {
    const chat = open(chatOf(500));
    chat.rest();
    chat.element.scrollTop = 0;
    expect(chat.atEdge()).toBe(60);
    act(() => chat.view().showEarlier?.());
    expect(chat.mounted()).toBe(120);
    expect(chat.atEdge()).toBe(60);
    act(() => chat.view().showEarlier?.());
    expect(chat.mounted()).toBe(180);
    expect(chat.atEdge()).toBe(60);
  });

  it('reach back to a message that somebody jumps to, and never become fewer', () => {
    const chat = open(chatOf(500));
    act(() => chat.view().showLast(321));
    expect(chat.view().first).toBe(500 - 321);
    act(() => chat.view().showLast(5));
    chat.rest();
    expect(chat.view().first).toBe(500 - 321);
  });

  it('are all of them where that is asked for', () => {
    const chat = open(chatOf(500));
    chat.rest();
    act(() => chat.view().showAll());
    expect(chat.view().first).toBe(0);
    expect(chat.isAtEnd()).toBe(true);
  });

  it('end with the newest when the chat goes on, whoever scrolled up', () => {
    const chat = open(chatOf(500));
    chat.rest();
    chat.element.scrollTop = 1000;
    chat.rerender({ turns: chatOf(502) });
    expect(chat.view().first).toBeLessThan(502);
    expect(chat.mounted()).toBe(60);
    expect(chat.element.scrollTop).toBe(1000);
  });
});

import type { MessageId } from '@parley/contracts';
import { type ReactNode, type RefObject, useId, useLayoutEffect, useRef } from 'react';
import { usePreferences } from '../../../lib/preferences.ts';
import { useKeyDown } from '../../../lib/use-key-down.ts';
import { classNames } from '../../../ui/class-names.ts';

export interface TurnFrameProps {
  /** Stays the same while a turn on its way becomes a message. */
  readonly turnKey: string;
  /** Absent until the server has it. */
  readonly messageId: MessageId | undefined;
  /** What heading keys of a screen reader step through. */
  readonly heading: string;
  readonly kind: 'question' | 'answer';
  /** Nothing in it will change, so the browser may skip laying it out while it is out of sight. */
  readonly settled: boolean;
  readonly newest: boolean;
  /** What a single key does while the turn itself, not something in it, has the focus. */
  readonly keys: Readonly<Record<string, (() => void) | undefined>>;
  readonly children: ReactNode;
}

/** One turn as an article that Alt+↑ and Alt+↓ reach. */
export function TurnFrame(props: TurnFrameProps) {
  const { turnKey, messageId, heading, kind, settled, newest, keys, children } = props;
  const headingId = useId();
  const singleKeys = usePreferences((preferences) => preferences.singleKeys);
  const article = useRef<HTMLElement>(null);
  useHeldFocus(article, turnKey);
  useKeyDown(article, (event) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : alongTheLine(event.key, article.current)];
    if (!act || (event.key.length === 1 && !singleKeys)) return;
    event.preventDefault();
    act();
  });
  return (
    <article
      ref={article}
      tabIndex={-1}
      data-turn={kind}
      data-message={messageId}
      data-newest={newest}
      aria-labelledby={headingId}
      className={classNames(
        'group/turn -mx-2 flex flex-col rounded-card px-2 pt-1 focus-visible:outline-2 focus-visible:-outline-offset-2',
        'focus-visible:outline-accent',
        kind === 'question' && '-mb-5',
        // The size is remembered before the content may be skipped, so turning that on moves nothing.
        '[contain-intrinsic-size:auto_9rem]',
        settled && !newest && '[content-visibility:auto]',
      )}
    >
      <h2 id={headingId} className="sr-only">
        {heading}
      </h2>
      {children}
    </article>
  );
}

/** The turn that had the focus when its view went away. */
let leftFocused: string | undefined;

/** Gives the focus to the view that takes the place of one that had it, as when a turn on its way becomes a message. */
function useHeldFocus(article: RefObject<HTMLElement | null>, turnKey: string): void {
  useLayoutEffect(() => {
    const element = article.current;
    if (leftFocused === turnKey) {
      leftFocused = undefined;
      element?.focus({ preventScroll: true });
    }
    return () => {
      if (element === document.activeElement) leftFocused = turnKey;
    };
  }, [article, turnKey]);
}

/** The key as it is where lines run from left to right: the arrow back to the previous version is the left one there. */
function alongTheLine(key: string, turn: HTMLElement | null): string {
  if (turn === null || getComputedStyle(turn).direction === 'ltr') return key;
  if (key === 'ArrowLeft') return 'ArrowRight';
  return key === 'ArrowRight' ? 'ArrowLeft' : key;
}

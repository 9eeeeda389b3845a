import type { ConversationId, MessageId } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useSearchTexts } from '../../lib/i18n/use-search-texts.ts';
import { messagesQuery } from '../../lib/query/queries.ts';
import { useKeyDown } from '../../lib/use-key-down.ts';
import { useSettled } from '../../lib/use-settled.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { findMatches } from './find-matches.ts';
import { useFindHighlights } from './use-find-highlights.ts';

export interface FindBarProps {
  readonly conversationId: ConversationId;
  /** Brings a message into view, on whatever branch it is. */
  readonly onReveal: (id: MessageId) => void;
  readonly onClose: () => void;
}

/** Milliseconds after the last key. */
const settleMs = 120;
const icon = 'size-4';

/** Finds a text in a chat, in all its branches, also where its turns are not on the page. */
export function FindBar({ conversationId, onReveal, onClose }: FindBarProps) {
  const { find } = useSearchTexts();
  const messages = useQuery(messagesQuery(conversationId)).data;
  const field = useRef<HTMLInputElement>(null);
  const isStepping = useRef(false);
  const [text, setText] = useState('');
  const [confirmed, setConfirmed] = useState('');
  const rested = useSettled(text, settleMs);
  const settled = confirmed === text ? text : rested;
  const matches = useMemo(() => findMatches(messages ?? [], settled), [messages, settled]);
  const [chosen, setChosen] = useState({ text: '', index: 0 });
  // The newest is nearest to what is on screen.
  const index = Math.min(chosen.text === settled ? chosen.index : matches.length - 1, matches.length - 1);
  const current = matches[index];
  useFindHighlights(settled, current);
  useEffect(() => field.current?.focus(), []);

  /** Enter need not wait for the text to rest. */
  const confirm = () => {
    setConfirmed(text);
    const newest = findMatches(messages ?? [], text).at(-1);
    if (!newest) return;
    isStepping.current = true;
    onReveal(newest.messageId);
  };
  const step = (by: 1 | -1) => {
    const next = (index + by + matches.length) % matches.length;
    const match = matches[next];
    if (!match) return;
    setChosen({ text: settled, index: next });
    isStepping.current = true;
    onReveal(match.messageId);
  };
  const bar = useRef<HTMLElement>(null);
  useKeyDown(bar, (event) => {
    isStepping.current = false;
    if (event.isComposing) return;
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter' && text !== settled) confirm();
    else if (event.key === 'Enter' && matches.length > 0) step(event.shiftKey ? 1 : -1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return (
    <search
      ref={bar}
      aria-label={find.label}
      className="fixed inset-e-3 top-[calc(env(safe-area-inset-top)+3.25rem)] z-30 flex w-[min(24rem,calc(100vw-1.5rem))] items-center gap-0.5 rounded-card bg-raised p-1 ps-3 shadow-floating"
    >
      <input
        ref={field}
        type="text"
        role="searchbox"
        autoComplete="off"
        spellCheck={false}
        aria-label={find.label}
        placeholder={find.label}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={({ relatedTarget }) => {
          // The turn that is shown takes the focus; the next step is still made from here.
          if (isStepping.current && relatedTarget?.closest('[data-message]'))
            field.current?.focus({ preventScroll: true });
        }}
        className="h-9 min-w-0 flex-1 bg-transparent text-sm focus-visible:outline-none"
      />
      <output className="shrink-0 px-1 text-xs text-text-muted tabular-nums">
        {settled.trim() === '' ? '' : find.count(index + 1, matches.length)}
      </output>
      <IconButton
        size="small"
        label={find.previous}
        icon={<ChevronUp className={icon} />}
        disabled={matches.length === 0}
        onClick={() => step(-1)}
      />
      <IconButton
        size="small"
        label={find.next}
        icon={<ChevronDown className={icon} />}
        disabled={matches.length === 0}
        onClick={() => step(1)}
      />
      <IconButton size="small" label={find.close} icon={<X className={icon} />} onClick={onClose} />
    </search>
  );
}

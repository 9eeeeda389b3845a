import { useQueryClient } from '@tanstack/react-query';
import { Copy, Image, Pencil, Quote, TextCursorInput, Trash } from 'lucide-react';
import { type RefObject, use } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { usePanelTexts } from '../../../lib/i18n/use-panel-texts.ts';
import { useTurnTexts } from '../../../lib/i18n/use-turn-texts.ts';
import type { MenuEntry } from '../../../ui/menu-entry.ts';
import { addQuote } from '../composer/quotes/add-quote.ts';
import { useLive } from '../live/use-live.ts';
import { panelEntries } from '../panel/panel-entries.tsx';
import { ChatPeopleContext } from '../people/chat-people.ts';
import { removeTurns } from './remove-turns.ts';
import { wordsOfTurn } from './turn-words.ts';
import type { TurnSubject } from './turn-subject.ts';

const icon = 'size-4';

/**
 * The lines of a turn's `⋯` menu, in order. `onTakeFocus` is called by those that move the focus themselves, so that it
 * does not go back to the button.
 */
export function useTurnEntries(
  subject: TurnSubject,
  button: RefObject<HTMLElement | null>,
  onTakeFocus: () => void,
): MenuEntry[] {
  const { message, busy, onCopy, onEdit } = subject;
  const texts = useTexts();
  const turnTexts = useTurnTexts();
  const panelTexts = usePanelTexts();
  const { menu } = turnTexts;
  const live = useLive();
  const queryClient = useQueryClient();
  const isOwner = use(ChatPeopleContext).owner === undefined;
  const article = () => button.current?.closest<HTMLElement>('article') ?? undefined;
  const taking = (act: () => void) => () => {
    onTakeFocus();
    act();
  };

  const entries: MenuEntry[] = [];
  if (onCopy) {
    const label = message.role === 'user' ? menu.copy : menu.copyMarkdown;
    entries.push({ kind: 'action', label, icon: <Copy className={icon} />, hint: 'C', onSelect: onCopy });
  }
  if (onEdit) {
    entries.push({
      kind: 'action',
      label: menu.edit,
      icon: <Pencil className={icon} />,
      hint: 'E',
      onSelect: taking(onEdit),
    });
  }
  entries.push({
    kind: 'action',
    label: menu.quote,
    icon: <Quote className={icon} />,
    onSelect: taking(() => addQuote({ live, texts: turnTexts, message, text: wordsOfTurn(article(), message) })),
  });
  if (message.role === 'assistant' && message.status !== 'running') {
    entries.push({
      kind: 'action',
      label: menu.picture,
      icon: <Image className={icon} />,
      onSelect: () => void savePictureOf(article()),
    });
  }
  if (navigator.maxTouchPoints > 0) {
    entries.push({
      kind: 'action',
      label: menu.selectText,
      icon: <TextCursorInput className={icon} />,
      onSelect: taking(() => {
        const content = article()?.querySelector('[data-turn-content]');
        if (content) window.getSelection()?.selectAllChildren(content);
      }),
    });
  }
  entries.push({ kind: 'separator' }, ...panelEntries(message, panelTexts, taking, isOwner));
  if (!isOwner) return entries;
  entries.push(
    { kind: 'separator' },
    {
      kind: 'action',
      label: menu.remove,
      icon: <Trash className={icon} />,
      tone: 'danger',
      disabled: busy,
      ...(busy ? { hint: menu.busy } : {}),
      onSelect: taking(() => removeTurns({ live, queryClient, texts, turnTexts, message })),
    },
  );
  return entries;
}

/** Saves an answer as it is shown. */
async function savePictureOf(article: HTMLElement | undefined): Promise<void> {
  const content = article?.querySelector<HTMLElement>('[data-turn-content]') ?? article;
  if (content === undefined) return;
  const { savePicture } = await import('../../../lib/picture/save-picture.ts');
  await savePicture(content, document.title);
}

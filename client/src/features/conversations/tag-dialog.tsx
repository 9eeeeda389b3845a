import { mostTags, tagSchema } from '@parley/contracts';
import type { Conversation } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useState } from 'react';
import * as z from 'zod/mini';
import { useOrderTexts } from '../../lib/i18n/use-order-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { tagsQuery } from '../../lib/query/order-queries.ts';
import { Button } from '../../ui/button.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useConversationActions } from './use-conversation-actions.ts';

export interface TagDialogProps {
  readonly conversations: readonly Conversation[];
  readonly onClose: () => void;
}

/** Which tags one conversation has; of several, which are added to all of them. Each change is made at once. */
export function TagDialog({ conversations, onClose }: TagDialogProps) {
  const { tags: texts } = useOrderTexts();
  const { sidebar } = useTexts();
  const actions = useConversationActions();
  const [first] = conversations;
  const isOne = conversations.length === 1;
  const [tags, setTags] = useState<readonly string[]>(isOne ? (first?.tags ?? []) : []);
  const [query, setQuery] = useState('');
  const known = useQuery(tagsQuery).data ?? [];
  const typed = z.safeParse(tagSchema, query);
  const isFull = tags.length >= mostTags;

  const save = async (next: readonly string[], added: readonly string[], removed: readonly string[]) => {
    const before = tags;
    setTags(next);
    const worked =
      isOne && first
        ? await actions.setTags(first, next)
        : await actions.changeAll(conversations, { addTags: [...added], removeTags: [...removed] });
    if (!worked) setTags(before);
  };
  const add = (tag: string) => {
    setQuery('');
    if (!tags.includes(tag)) void save([...tags, tag], [tag], []);
  };
  const options = known
    .filter(({ tag }) => !tags.includes(tag) && tag.toLowerCase().includes(query.trim().toLowerCase()))
    .slice(0, 20)
    .map(({ tag }) => ({ value: tag, label: tag }));
  const isNew = typed.success && !tags.includes(typed.data) && !known.some(({ tag }) => tag === typed.data);
  const created = isNew ? [{ value: typed.data, label: texts.create(typed.data) }] : [];
  const emptyText = query.trim().length > 50 ? texts.long : texts.nothing;
  return (
    <Dialog
      open
      onClose={onClose}
      title={isOne ? texts.title(first?.title || sidebar.untitled) : texts.titleMany(conversations.length)}
      actions={<Button onClick={onClose}>{texts.done}</Button>}
      className="min-h-[24rem]"
    >
      <ul aria-label={texts.current} className="mb-3 flex min-h-8 flex-wrap gap-1.5">
        {tags.length === 0 ? <li className="text-text-muted">{texts.none}</li> : null}
        {tags.map((tag) => (
          <li key={tag} className="flex max-w-full items-center rounded-full border border-border ps-3 pe-0.5">
            <bdi className="truncate">{tag}</bdi>
            <button
              type="button"
              aria-label={texts.remove(tag)}
              onClick={() =>
                void save(
                  tags.filter((other) => other !== tag),
                  [],
                  [tag],
                )
              }
              className="inline-flex size-7 items-center justify-center rounded-full text-text-muted hover:bg-hover hover:text-text touch:size-11"
            >
              <X aria-hidden className="size-3.5" />
            </button>
          </li>
        ))}
      </ul>
      {isFull ? (
        <p className="text-text-muted">{texts.full(mostTags)}</p>
      ) : (
        <Combobox
          label={texts.add}
          hint={texts.hint}
          query={query}
          onQueryChange={setQuery}
          options={[...options, ...created]}
          emptyText={emptyText}
          onChoose={add}
        />
      )}
    </Dialog>
  );
}

import { tagRoutes, tagSchema } from '@parley/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Check, Trash2 } from 'lucide-react';
import { useState } from 'react';
import * as z from 'zod/mini';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useOrderTexts } from '../../lib/i18n/use-order-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { followOrder } from '../../lib/query/follow-order.ts';
import { tagsQuery } from '../../lib/query/order-queries.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { showToast } from '../../ui/toast-store.ts';
import { useListView } from './list-view.ts';

/** All tags somebody has, to be renamed or deleted everywhere. */
export function TagsDialog({ onClose }: { readonly onClose: () => void }) {
  const { tags: texts, list } = useOrderTexts();
  const tags = useQuery(tagsQuery).data ?? [];
  return (
    <Dialog open onClose={onClose} title={texts.manage} actions={<Button onClick={onClose}>{texts.done}</Button>}>
      <p className="mb-3 text-text-muted">{tags.length === 0 ? list.noTags : texts.manageIntro}</p>
      <ul>
        {tags.map(({ tag, count }) => (
          <TagRow key={tag} tag={tag} count={count} />
        ))}
      </ul>
    </Dialog>
  );
}

function TagRow({ tag, count }: { readonly tag: string; readonly count: number }) {
  const texts = useTexts();
  const { tags: words, list } = useOrderTexts();
  const client = useQueryClient();
  const [name, setName] = useState(tag);
  const parsed = z.safeParse(tagSchema, name);
  const isChanged = parsed.success && parsed.data !== tag;

  const change = async (next: string | null) => {
    try {
      if (next === null) await call(tagRoutes.remove, { query: { tag } });
      else await call(tagRoutes.rename, { body: { tag, name: next } });
      followOrder(client, { type: 'tag-changed', tag, name: next });
      if (useListView.getState().tag === tag) useListView.setState({ tag: next ?? undefined });
      if (next === null) showToast({ text: words.deleted(tag) });
    } catch (error) {
      showToast({ tone: 'danger', text: `${words.failed} ${explainError(error, texts)}` });
    }
  };
  return (
    <li>
      <form
        className="flex items-center gap-1 py-1"
        onSubmit={(event) => {
          event.preventDefault();
          if (isChanged) void change(parsed.data);
        }}
      >
        <input
          aria-label={words.name(tag)}
          value={name}
          maxLength={50}
          onChange={(event) => setName(event.currentTarget.value)}
          className="min-h-9 min-w-0 flex-1 rounded-control border border-outline bg-raised px-2.5 touch:min-h-11"
        />
        <span className="min-w-16 shrink-0 text-end whitespace-nowrap text-xs text-text-muted tabular-nums">
          {list.chats(count)}
        </span>
        <IconButton
          type="submit"
          label={words.rename(tag)}
          aria-disabled={!isChanged || undefined}
          icon={<Check aria-hidden className="size-4" />}
        />
        <IconButton
          label={words.delete(tag)}
          icon={<Trash2 aria-hidden className="size-4" />}
          onClick={() => void change(null)}
        />
      </form>
    </li>
  );
}

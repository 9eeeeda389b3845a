import type { Conversation } from '@parley/contracts';
import { conversationRoutes } from '@parley/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { Ghost } from 'lucide-react';
import { useState } from 'react';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useOrderTexts } from '../../lib/i18n/use-order-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { placeConversation } from '../../lib/query/conversation-cache.ts';
import { Button } from '../../ui/button.tsx';
import { showToast } from '../../ui/toast-store.ts';
import { currentLocale } from '../../lib/i18n/language-store.ts';

export interface TemporaryNoticeProps {
  readonly conversation: Conversation;
  /** When it is deleted. */
  readonly expiresAt: string;
}

/** Says until when a temporary chat lasts, and keeps it for good. */
export function TemporaryNotice({ conversation, expiresAt }: TemporaryNoticeProps) {
  const texts = useTexts();
  const { temporary: words } = useOrderTexts();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const { id } = conversation;
  const keep = async () => {
    setBusy(true);
    try {
      placeConversation(client, await call(conversationRoutes.update, { params: { id }, body: { expiresAt: null } }));
      showToast({ tone: 'success', text: words.kept });
    } catch (error) {
      showToast({ tone: 'danger', text: `${words.keepFailed} ${explainError(error, texts)}` });
      setBusy(false);
    }
  };
  const date = new Date(expiresAt).toLocaleDateString(currentLocale(), { day: 'numeric', month: 'long' });
  return (
    <span className="flex items-center gap-2 text-xs text-text-muted">
      <Ghost aria-hidden className="size-4 shrink-0" />
      <span className="max-sm:sr-only">{words.until(date)}</span>
      <Button size="small" busy={busy} onClick={() => void keep()}>
        {words.keep}
      </Button>
    </span>
  );
}

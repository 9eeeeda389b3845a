import { shareRoutes } from '@parley/contracts';
import type { ConversationId, MessageId, RouteInput, ShareId } from '@parley/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../lib/api/call.ts';
import { copyText } from '../../lib/copy-text.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useShareTexts } from '../../lib/i18n/use-share-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { sharesQuery } from '../../lib/query/share-queries.ts';
import { showToast } from '../../ui/toast-store.ts';
import { shareLink } from './share-link.ts';

type Change = RouteInput<typeof shareRoutes.update>['body'];
type Choice = Pick<RouteInput<typeof shareRoutes.create>['body'], 'access' | 'days'>;

/** Makes, changes and ends links, one thing at a time, and says how that went. Each resolves with whether it worked. */
export function useShareActions() {
  const texts = useTexts();
  const words = useShareTexts();
  const queryClient = useQueryClient();
  const [busy, setBusy] = useState(false);

  const run = async (work: () => Promise<unknown>, done: string): Promise<boolean> => {
    setBusy(true);
    try {
      await work();
      await queryClient.invalidateQueries({ queryKey: sharesQuery.queryKey });
      showToast({ text: done, tone: 'success' });
      return true;
    } catch (error) {
      showToast({ text: explainError(error, texts), tone: 'danger' });
      return false;
    } finally {
      setBusy(false);
    }
  };

  return {
    busy,
    create: (conversationId: ConversationId, messageId: MessageId, choice: Choice) =>
      run(() => call(shareRoutes.create, { body: { conversationId, messageId, ...choice } }), words.created),
    change: (id: ShareId, change: Change) =>
      run(
        () => call(shareRoutes.update, { params: { id }, body: change }),
        change.messageId === undefined ? words.changed : words.updated,
      ),
    stop: (id: ShareId) => run(() => call(shareRoutes.remove, { params: { id } }), words.stopped),
    copy: async (token: string) => {
      const isCopied = (await copyText(shareLink(token))) === 'copied';
      showToast(isCopied ? { text: words.copied, tone: 'success' } : { text: words.copyFailed, tone: 'danger' });
    },
  };
}

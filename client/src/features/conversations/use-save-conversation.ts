import type { Conversation } from '@parley/contracts';
import { explainError } from '../../lib/explain-error.ts';
import { useOrderTexts } from '../../lib/i18n/use-order-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { showToast } from '../../ui/toast-store.ts';

/** Saves a chat as a Markdown file. */
export function useSaveConversation(): (conversation: Conversation) => Promise<void> {
  const { row } = useOrderTexts();
  const texts = useTexts();
  return async (conversation) => {
    try {
      const { saveConversation } = await import('../../lib/files/save-conversation.ts');
      await saveConversation(conversation);
    } catch (error) {
      showToast({ text: `${row.saveFailed} ${explainError(error, texts)}`, tone: 'danger' });
    }
  };
}

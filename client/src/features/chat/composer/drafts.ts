import type { ConversationId } from '@parley/contracts';

const prefix = 'parley:draft:';

/** The chat a draft belongs to; all chats that have not begun share one draft. */
export type DraftOwner = ConversationId | undefined;

/** What was typed in a chat and not sent, from this browser's storage. */
export function readDraft(owner: DraftOwner): string {
  return localStorage.getItem(keyOf(owner)) ?? '';
}

/** Keeps what was typed. A full or forbidden storage loses drafts, nothing else. */
export function keepDraft(owner: DraftOwner, text: string): void {
  try {
    if (text === '') localStorage.removeItem(keyOf(owner));
    else localStorage.setItem(keyOf(owner), text);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

/** Forgets a draft that was sent, unless something else has been typed since. */
export function forgetDraft(owner: DraftOwner, sent: string): void {
  if (readDraft(owner).trim() === sent.trim()) keepDraft(owner, '');
}

/** Forgets all drafts, because somebody else may sign in next. */
export function forgetAllDrafts(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
}

function keyOf(owner: DraftOwner): string {
  return prefix + (owner ?? 'new');
}

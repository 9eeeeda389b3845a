import type { Conversation, ConversationId } from '@parley/contracts';
import { create } from 'zustand';

/** A dialog about some of the listed conversations. */
export interface ListDialog {
  readonly kind: 'tags' | 'project' | 'leave';
  readonly conversations: readonly Conversation[];
}

interface ListView {
  /** Only conversations with this tag are listed. */
  readonly tag: string | undefined;
  /** Present while conversations are being selected: those that are. */
  readonly selected: ReadonlyMap<ConversationId, Conversation> | undefined;
  readonly dialog: ListDialog | undefined;
}

/** How the sidebar shows its list, in this tab. */
export const useListView = create<ListView>(() => ({ tag: undefined, selected: undefined, dialog: undefined }));

import type { Conversation, ConversationId } from '@parley/contracts';
import type { ReactNode } from 'react';
import type { RowPlace } from './conversation-row.tsx';
import type { RowWindow } from './use-row-window.ts';

/** Pixels. */
const headingHeight = 32;
const groupGap = 12;

export interface ConversationGroupProps {
  readonly label: string;
  readonly conversations: readonly Conversation[];
  /** More of it may follow that is not loaded. */
  readonly isOpenEnded: boolean;
  readonly top: number;
  readonly rowHeight: number;
  readonly shown: RowWindow;
  /** Stays mounted wherever it is: it has, or had, the focus. */
  readonly keptId: ConversationId | undefined;
  /** At the end of it, as high as a row. */
  readonly more?: ReactNode;
  readonly renderRow: (conversation: Conversation, place: RowPlace) => ReactNode;
}

/** How high a group is, in pixels. */
export function groupHeight(rows: number, rowHeight: number, hasMore = false): number {
  return headingHeight + rows * rowHeight + (hasMore ? rowHeight : 0) + groupGap;
}

/** Conversations under a heading. It is as high as all of them, and mounts those that are near what can be seen. */
export function ConversationGroup(props: ConversationGroupProps) {
  const { label, conversations, isOpenEnded, top, rowHeight, shown, keptId, more, renderRow } = props;
  const first = (shown.from - top - headingHeight) / rowHeight - 1;
  const last = (shown.to - top - headingHeight) / rowHeight;
  return (
    <section
      aria-label={label}
      style={{ height: groupHeight(conversations.length, rowHeight, more !== undefined) }}
      data-group={groupKind(conversations[0])}
    >
      <h2 className="flex h-8 items-end px-2.5 pb-1 text-xs font-medium text-text-muted">{label}</h2>
      <ul className="relative" style={more === undefined ? undefined : { height: conversations.length * rowHeight }}>
        {conversations.map((conversation, index) =>
          (index > first && index < last) || conversation.id === keptId
            ? renderRow(conversation, {
                top: index * rowHeight,
                position: index + 1,
                size: isOpenEnded ? -1 : conversations.length,
              })
            : null,
        )}
      </ul>
      {more}
    </section>
  );
}

/** What can be dragged in a group, and where to, depends on this. */
function groupKind(first: Conversation | undefined): 'pinned' | 'shared' | undefined {
  if (first?.sharedBy !== undefined) return 'shared';
  return first?.pin === undefined ? undefined : 'pinned';
}

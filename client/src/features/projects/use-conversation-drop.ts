import { conversationIdSchema } from '@parley/contracts';
import type { ConversationId } from '@parley/contracts';
import { useState } from 'react';
import type { DragEvent } from 'react';
import * as z from 'zod/mini';
import { conversationDragType } from '../../lib/drag-conversation.ts';

/** Makes an element a place where conversations can be dropped: its handlers, and whether one is held over it. */
export function useConversationDrop(onDrop: (id: ConversationId) => void) {
  const [isOver, setOver] = useState(false);
  return {
    isOver,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!event.dataTransfer.types.includes(conversationDragType)) return;
        event.preventDefault();
        setOver(true);
      },
      onDragLeave: () => setOver(false),
      onDrop: (event: DragEvent) => {
        setOver(false);
        const id = z.safeParse(conversationIdSchema, event.dataTransfer.getData(conversationDragType));
        if (!id.success) return;
        event.preventDefault();
        onDrop(id.data);
      },
    },
  };
}

/** What is dragged is a conversation, by its id. */
export const conversationDragType = 'application/x-parley-conversation';

import {
  codeRoutes,
  comparisonRoutes,
  conversationRoutes,
  draftRoutes,
  generationRoutes,
  messageRoutes,
  participantRoutes,
  shareRoutes,
  transferRoutes,
} from '@parley/contracts';

/** `participant`: also whoever takes part in a conversation; `owner`: nobody but its owner. */
export type NeededRole = 'owner' | 'participant';

/**
 * Which role each route needs that leads into one conversation. What a participant does there is theirs alone where it
 * belongs to somebody: they take back, stop, steer and answer for what they asked themselves, and edit their own prompts.
 * Ids of files, tool results, runs of code and links belong to one person; they are in no table because nobody else's
 * lead anywhere.
 */
export const routeRoles: Readonly<Record<string, NeededRole>> = {
  [conversationRoutes.get.id]: 'participant',
  [conversationRoutes.messages.id]: 'participant',
  [conversationRoutes.markRead.id]: 'participant',
  [conversationRoutes.update.id]: 'owner',
  [conversationRoutes.remove.id]: 'owner',

  [messageRoutes.edit.id]: 'participant',
  [messageRoutes.rate.id]: 'participant',
  [messageRoutes.unrate.id]: 'participant',
  [messageRoutes.fork.id]: 'participant',
  [messageRoutes.remove.id]: 'owner',
  [messageRoutes.sent.id]: 'owner',

  [generationRoutes.start.id]: 'participant',
  [generationRoutes.answer.id]: 'participant',
  [generationRoutes.stream.id]: 'participant',
  [generationRoutes.state.id]: 'participant',
  [generationRoutes.stop.id]: 'participant',
  [generationRoutes.steer.id]: 'participant',
  [generationRoutes.giveInput.id]: 'participant',
  [generationRoutes.queue.id]: 'participant',
  [generationRoutes.unqueue.id]: 'participant',

  [comparisonRoutes.start.id]: 'participant',
  [comparisonRoutes.choose.id]: 'participant',

  [participantRoutes.list.id]: 'participant',
  [participantRoutes.remove.id]: 'participant',
  [participantRoutes.invite.id]: 'owner',

  [codeRoutes.exec.id]: 'participant',
  [codeRoutes.files.id]: 'participant',
  [codeRoutes.closeSession.id]: 'participant',
  [codeRoutes.upload.id]: 'participant',
  [draftRoutes.save.id]: 'participant',

  [shareRoutes.create.id]: 'owner',
  [transferRoutes.exportConversation.id]: 'owner',
};

import type { Conversation } from '@parley/contracts';
import type { ParticipantRecord } from '../database/repositories/participant-repository.ts';

/** A conversation as somebody sees it who takes part: without how its owner keeps it, and what the owner's turns are told. */
export function conversationFor(part: ParticipantRecord, conversation: Conversation): Conversation {
  const {
    tags: _tags,
    pin: _pin,
    projectId: _project,
    settings: _settings,
    forkedFrom: _from,
    ...shown
  } = conversation;
  return {
    ...shown,
    tools: [],
    archived: false,
    unread: part.unread,
    sharedBy: { id: part.ownerId, name: part.ownerName },
  };
}

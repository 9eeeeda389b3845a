import { participantRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import type { ParticipantService } from './participant-service.ts';
import type { Seats } from './seats.ts';

interface ParticipantRouterOptions {
  readonly participants: Pick<ParticipantService, 'list' | 'invite' | 'remove'>;
  readonly seats: Pick<Seats, 'inConversation'>;
  readonly mount: Mount;
}

/** See who takes part in a conversation, invite people, remove them, and leave. */
export function createParticipantRouter({ participants, seats, mount: { mount } }: ParticipantRouterOptions): Router {
  const router = Router();
  const { list, invite, remove } = participantRoutes;
  mount(router, list, async ({ actor, params: { id } }) => ({
    items: await seats.inConversation(list, actor.userId, id, (seat) => participants.list(seat, id)),
  }));
  mount(router, invite, async ({ actor, params: { id, userId } }) => ({
    items: await seats.inConversation(invite, actor.userId, id, ({ ownerId }) =>
      participants.invite(ownerId, id, userId),
    ),
  }));
  mount(router, remove, ({ actor, params: { id, userId } }) =>
    seats.inConversation(remove, actor.userId, id, (seat) => participants.remove(seat, id, userId)),
  );
  return router;
}

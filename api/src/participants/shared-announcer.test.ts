import { randomUUID } from 'node:crypto';
import { conversationIdSchema, generationIdSchema, userIdSchema } from '@parley/contracts';
import type { News, UserId } from '@parley/contracts';
import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import type { ParticipantRecord } from '../database/repositories/participant-repository.ts';
import { createSharedAnnouncer } from './shared-announcer.ts';

it('tells of the end of an answer to those who take part then, not to one who was removed in the same moment', async () => {
  const [owner, guest, removed] = [1, 2, 3].map(() => userIdSchema.parse(randomUUID()));
  if (owner === undefined || guest === undefined || removed === undefined) throw new Error('Nobody.');
  const conversationId = conversationIdSchema.parse(randomUUID());
  const who = { conversationId, name: 'Gina', ownerId: owner, ownerName: 'Olga', invitedAt: new Date(), unread: false };
  let parts: ParticipantRecord[] = [removed, guest].map((userId) => ({ ...who, userId }));
  const told: [UserId, News['type']][] = [];
  const announcer = createSharedAnnouncer({
    announcer: {
      announce: (userId, { type }) => void told.push([userId, type]),
      endSession: () => undefined,
    },
    access: { list: () => Promise.resolve(parts) },
    participants: {
      markUnread() {
        parts = parts.filter(({ userId }) => userId !== removed);
        return Promise.resolve();
      },
    },
    logger: pino({ level: 'silent' }),
  });
  const generationId = generationIdSchema.parse(randomUUID());
  announcer.announce(owner, { type: 'generation-ended', conversationId, generationId, status: 'done' });
  await vi.waitFor(() => expect(told).toContainEqual([guest, 'generation-ended']));
  expect(told.map(([userId]) => userId)).toEqual([owner, guest]);
});

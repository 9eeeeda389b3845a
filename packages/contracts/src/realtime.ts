import * as z from 'zod/mini';
import { conversationSchema } from './entities/conversation.ts';
import { deviceSchema } from './entities/device.ts';
import { draftSchema } from './entities/draft.ts';
import {
  conversationIdSchema,
  generationIdSchema,
  messageIdSchema,
  projectIdSchema,
  sessionIdSchema,
} from './entities/ids.ts';
import { personSchema, presentPersonSchema } from './entities/participant.ts';
import { projectSchema } from './entities/project.ts';
import { queuedPromptSchema } from './routes/generation-routes.ts';

/**
 * Small facts for all devices of a user, told over socket.io as the event `news`. Never an answer's text: that is read
 * from the generation's log. News may be lost on the way, so nobody depends on it: after a connection that was not
 * recovered, what is shown is fetched again.
 */
export const newsSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('generation-started'),
    conversationId: conversationIdSchema,
    generationId: generationIdSchema,
    userMessageId: messageIdSchema,
    responseMessageId: messageIdSchema,
    /** The device that asked; `null` for a queued prompt whose device is gone. */
    startedBy: z.nullable(z.object({ id: sessionIdSchema, name: z.string() })),
    /** Who asked, as in `Message.author`; then `startedBy` is for themselves alone. */
    askedBy: z.optional(personSchema),
  }),
  z.object({
    type: z.literal('generation-ended'),
    conversationId: conversationIdSchema,
    generationId: generationIdSchema,
    status: z.enum(['done', 'stopped', 'failed']),
  }),
  z.object({
    type: z.literal('queue-changed'),
    conversationId: conversationIdSchema,
    generationId: generationIdSchema,
    queue: z.array(queuedPromptSchema),
  }),
  /** Begun, renamed, filed, pinned, archived, read, or with a new turn. */
  z.object({ type: z.literal('conversation-changed'), conversation: conversationSchema }),
  /** Deleted; or somebody shares it with the receiver no more. */
  z.object({ type: z.literal('conversation-removed'), conversationId: conversationIdSchema }),
  /** For those who look at a shared conversation: everybody who does now, the receiver among them. */
  z.object({
    type: z.literal('presence-changed'),
    conversationId: conversationIdSchema,
    people: z.array(presentPersonSchema),
  }),
  /** Messages were edited, rated or deleted; what is shown of them is fetched again. */
  z.object({ type: z.literal('messages-changed'), conversationId: conversationIdSchema }),
  /** Begun or changed; its count of conversations may be behind what `conversation-changed` tells. */
  z.object({ type: z.literal('project-changed'), project: projectSchema }),
  /** Its conversations are in no project any more; no other news tell that of each. */
  z.object({ type: z.literal('project-removed'), projectId: projectIdSchema }),
  /** Renamed, or taken off (`name` is `null`), on every conversation that had it; no other news tell that of each. */
  z.object({ type: z.literal('tag-changed'), tag: z.string(), name: z.nullable(z.string()) }),
  z.object({ type: z.literal('draft-changed'), draft: draftSchema, changedBy: sessionIdSchema }),
  /** `conversationId` where it has just opened one, for those who look at that conversation, too. */
  z.object({
    type: z.literal('device-joined'),
    device: deviceSchema,
    conversationId: z.nullable(conversationIdSchema),
  }),
  z.object({
    type: z.literal('device-left'),
    deviceId: sessionIdSchema,
    conversationId: z.nullable(conversationIdSchema),
  }),
  /** The receiver's own session was ended; its socket closes next. */
  z.object({ type: z.literal('session-ended') }),
]);
export type News = z.infer<typeof newsSchema>;

/** Path of the socket.io endpoint. The handshake carries `auth: { token }`, an access token. */
export const realtimePath = '/api/realtime';

/** `message` of a `connect_error`: fetch a new access token, or sign in. */
export const handshakeRefusals = ['token-expired', 'not-authenticated', 'not-ready'] as const;
export type HandshakeRefusal = (typeof handshakeRefusals)[number];

/** Answer to `enter-conversation`: who else looks at it; `null` when it is not theirs and not shared with them. */
export const entranceSchema = z.object({
  /** The user's other devices. */
  devices: z.array(deviceSchema),
  /** Everybody in a shared conversation, the user among them; absent where it is not shared. */
  people: z.optional(z.array(presentPersonSchema)),
});
export type Entrance = z.infer<typeof entranceSchema>;

export interface ServerToClientEvents {
  news: (news: News) => void;
}

export interface ClientToServerEvents {
  'enter-conversation': (conversationId: string, answer: (entrance: Entrance | null) => void) => void;
  'leave-conversation': (conversationId: string) => void;
  /** Whether the user is writing a prompt, for the others in a shared conversation that this socket has entered. */
  'set-typing': (conversationId: string, isTyping: boolean) => void;
}

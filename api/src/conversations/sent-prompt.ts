import { problem } from '@parley/contracts';
import type { AgentId, ConversationId, MessageId, Role, SentPiece, UserId } from '@parley/contracts';
import type { ModelRequest } from '@parley/gateway';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { MessageRepository } from '../database/repositories/message-repository.ts';
import type { RebuildRequest, RebuiltRequest } from '../generations/rebuild-request.ts';

interface Asker {
  readonly userId: UserId;
  readonly role: Role;
}

interface AnswerPath {
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
}

/** What models were sent, for people to read. */
export interface SentPrompts {
  /**
   * What the model was sent for the last step of an answer; `exact` when it is that to the letter. Throws
   * `conversation-not-found` and `message-not-found`, the latter also for a prompt.
   */
  read(asker: Asker, path: AnswerPath, signal: AbortSignal): Promise<{ exact: boolean; pieces: SentPiece[] }>;
}

interface SentPromptsOptions {
  readonly conversations: Pick<ConversationRepository, 'find'>;
  readonly messages: Pick<MessageRepository, 'find'>;
  readonly rebuild: RebuildRequest;
  /** Whether somebody may read what an agent is told. */
  readonly mayReadAgent: (asker: Asker, agent: AgentId) => Promise<boolean>;
}

/** UTF-16 units of a piece. */
const longestPiece = 200_000;
/** Milliseconds. */
const deadline = 30_000;

export function createSentPrompts({ conversations, messages, rebuild, mayReadAgent }: SentPromptsOptions): SentPrompts {
  return {
    async read(asker, { conversationId, messageId }, signal) {
      const { userId } = asker;
      if ((await conversations.find(userId, conversationId)) === undefined) throw problem('conversation-not-found');
      const message = await messages.find(userId, conversationId, messageId);
      if (message?.role !== 'assistant') throw problem('message-not-found');
      // It was told what is its asker's.
      if (message.author !== undefined && message.author.id !== userId) throw problem('forbidden');
      const inTime = AbortSignal.any([signal, AbortSignal.timeout(deadline)]);
      const rebuilt = await rebuild(userId, message, inTime);
      const { agent, isExact, request } = rebuilt;
      const isOpen = agent === undefined || (await mayReadAgent(asker, agent.id));
      const told = isOpen
        ? toldPieces(rebuilt)
        : [note('The instructions and settings of this agent are not shown to you.')];
      return { exact: isExact, pieces: [...told, ...request.turns.flatMap(turnPieces)].map(cut) };
    },
  };
}

/** What the model is told beside the conversation. */
function toldPieces({ request, spec, isSetupLost }: RebuiltRequest): SentPiece[] {
  // The operator's own words, which no browser is told.
  if (spec !== undefined) return [note('What the operator of this install tells the model here is not shown.')];
  if (isSetupLost) return [note('What the model was told beside the conversation is not known any more.')];
  const { instructions, tools } = request;
  return [
    ...instructions.map((text): SentPiece => ({ kind: 'instructions', text })),
    ...(tools.length === 0 ? [] : [{ kind: 'tools', text: tools.map(toolText).join('\n\n') } as const]),
    { kind: 'parameters', text: parametersText(request) },
  ];
}

function note(text: string): SentPiece {
  return { kind: 'instructions', text: `[${text}]` };
}

function toolText({ name, description, inputSchema }: ModelRequest['tools'][number]): string {
  return `${name}\n${description ?? ''}\n${JSON.stringify(inputSchema)}`;
}

function parametersText({ model, sampling, reasoning }: ModelRequest): string {
  const wishes = { model, ...sampling, ...(reasoning === undefined ? {} : { reasoningEffort: reasoning.effort }) };
  return Object.entries(wishes)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join('\n');
}

function turnPieces(turn: ModelRequest['turns'][number]): SentPiece[] {
  if (turn.role === 'tool') return [{ kind: 'tool', text: `${turn.name ?? turn.callId}:\n${turn.output}` }];
  return turn.parts.flatMap((part): SentPiece[] => {
    if (part.type === 'text') return [{ kind: turn.role, text: part.text }];
    if (part.type === 'tool-call') return [{ kind: 'assistant', text: `${part.name}(${part.input})` }];
    return [];
  });
}

function cut(piece: SentPiece): SentPiece {
  const { text } = piece;
  if (text.length <= longestPiece) return piece;
  const left = text.length - longestPiece;
  return {
    ...piece,
    text: `${text.slice(0, longestPiece).toWellFormed()}\n\n[${left} more characters are not shown.]`,
  };
}

import type { Logger } from 'pino';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { RunningGeneration } from '../database/repositories/generation-repository.ts';
import type { ResolvedModel } from '../models/model-service.ts';
import type { AnswerWriter } from './answer-writer.ts';
import type { GenerationNews } from './generation-news.ts';
import { askForTitle } from './model-title.ts';

/** Milliseconds. */
const deadline = 15_000;

interface TitleOptions {
  readonly generation: RunningGeneration;
  readonly model: ResolvedModel;
  readonly writer: AnswerWriter;
  readonly conversations: Pick<ConversationRepository, 'setModelTitle'>;
  readonly news: GenerationNews;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Lets the model write the title of the conversation that a generation starts, where the operator wants that. Never
 * rejects: a conversation can do without.
 */
export async function writeTitle(options: TitleOptions): Promise<void> {
  const { generation, model, writer, conversations, news, logger, signal } = options;
  const { userId, conversationId, prompt, startsConversation } = generation;
  if (!startsConversation || !model.endpoint.titleConvo) return;
  try {
    const title = await askForTitle(model, prompt, AbortSignal.any([signal, AbortSignal.timeout(deadline)]));
    if (title === undefined || !(await conversations.setModelTitle(conversationId, title))) return;
    writer.writeTitle(title);
    news.conversationChanged(userId, conversationId);
  } catch (error) {
    logger.debug({ err: error }, 'The model wrote no title');
  }
}

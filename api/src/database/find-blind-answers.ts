import type { ConversationId, MessageId, UserId } from '@parley/contracts';
import type { Model } from 'mongoose';
import type { MessageDocument } from './schemas/message-document.ts';

const isThere = { deletedAt: { $exists: false } };

/**
 * The answers in these conversations of which nobody may know yet who wrote them: they are compared blindly, and none of
 * them was chosen or continued.
 */
export async function findBlindAnswers(
  model: Model<MessageDocument>,
  userId: UserId,
  conversationIds: readonly ConversationId[],
): Promise<ReadonlySet<MessageId>> {
  const here = { conversationId: { $in: [...conversationIds] }, userId, ...isThere };
  const open = { 'comparison.blind': true, 'comparison.choice': { $exists: false } };
  const prompts = await model.find({ ...here, ...open }, { comparison: 1 }).lean();
  const compared = prompts.map(({ comparison }) => comparison?.answers ?? []);
  if (compared.length === 0) return new Set();
  const next = await model.find({ ...here, parentId: { $in: compared.flat() } }, { parentId: 1 }).lean();
  const continued = new Set(next.map(({ parentId }) => parentId));
  return new Set(compared.filter((answers) => !answers.some((id) => continued.has(id))).flat());
}

import { comparisonRoutes, conversationRoutes, generationRoutes, ProblemError } from '@parley/contracts';
import type { GenerationId } from '@parley/contracts';
import type { Api } from '../../../lib/api/create-api.ts';
import type { Delivery } from './turn-sender.ts';
import type { PendingTurn } from './turn-store.ts';

/** Hands a turn to the server: to begin at once, or to wait behind the answer that another device is being given. */
export async function deliverTurn(api: Api, turn: PendingTurn): Promise<Delivery> {
  const { generationId, conversationId, parentMessageId, again, behind } = turn;
  const { files, temporary, projectId, compare, ...words } = turn.prompt;
  if (again && conversationId !== undefined && parentMessageId !== null) {
    const { text: _, quotes: _quotes, ...answerer } = words;
    const body = { generationId, userMessageId: parentMessageId, ...answerer, ...again };
    return {
      state: 'accepted',
      started: await api.call(generationRoutes.answer, { params: { id: conversationId }, body }),
    };
  }
  const prompt = { ...words, ...(files === undefined ? {} : { files: files.map(({ id }) => id) }) };
  if (behind !== undefined) {
    const body = { generationId, ...prompt };
    return { behind, ...(await api.call(generationRoutes.queue, { params: { id: behind }, body })) };
  }
  const params = { id: conversationId ?? ('new' as const) };
  const begun = conversationId === undefined ? { temporary, projectId } : {};
  if (compare !== undefined) {
    const { text, quotes, files: ids, ...first } = prompt;
    const asked = { parentMessageId, text, quotes, files: ids, ...begun, blind: compare.blind };
    const body = { ...asked, answers: [{ generationId, ...first }, ...compare.others] };
    const { items } = await api.call(comparisonRoutes.start, { params, body });
    const started = items.find((item) => item.generationId === generationId);
    if (started === undefined) throw new Error('The server has begun other answers than those that were asked for.');
    return { state: 'accepted', started, all: items };
  }
  const body = { generationId, parentMessageId, ...prompt, ...begun };
  try {
    return { state: 'accepted', started: await api.call(generationRoutes.start, { params, body }) };
  } catch (error) {
    const isBusy = error instanceof ProblemError && error.code === 'generation-running';
    const running = isBusy && turn.version !== true ? await findRunning(api, turn) : undefined;
    if (running === undefined) throw error;
    return deliverTurn(api, { ...turn, behind: running });
  }
}

/** What another device is being answered in a turn's conversation; the turn can come after that. */
async function findRunning(api: Api, { conversationId }: PendingTurn): Promise<GenerationId | undefined> {
  if (conversationId === undefined) return undefined;
  const held = await api.call(conversationRoutes.get, { params: { id: conversationId } });
  return held.runningGenerationId ?? undefined;
}

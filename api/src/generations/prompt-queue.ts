import { longestQueue, problem, ProblemError } from '@parley/contracts';
import type {
  AgentRef,
  ConversationId,
  GenerationId,
  Person,
  QueuedPrompt,
  StartGenerationBody,
  UserId,
} from '@parley/contracts';
import type { GenerationRecord, GenerationRepository } from '../database/repositories/generation-repository.ts';
import type { MessageRepository } from '../database/repositories/message-repository.ts';
import type { WorkspaceFiles } from '../files/workspace-files.ts';
import type { AskingDevice, QueuedPromptDocument } from '../database/schemas/generation-document.ts';
import type { ConversationAccess } from '../participants/conversation-access.ts';
import { askerOf } from './asker-of.ts';
import { checkQuotes } from './check-quotes.ts';
import type { GenerationNews } from './generation-news.ts';
import type { GenerationRuns } from './generation-runs.ts';
import type { GenerationService } from './generation-service.ts';
import { keptSettings } from './kept-settings.ts';
import { hashRequest } from './request-hash.ts';
import { shownQueue } from './shown-queue.ts';
import type { TurnSetups } from './turn-setup.ts';

/** How often a change that lost a race is tried again. */
const maxAttempts = 8;
/** Milliseconds to find out whether the model exists. */
const resolveDeadline = 15_000;
/** Most UTF-16 units of all prompts that wait behind one answer together. */
const mostQueuedText = 1_000_000;

/** Who asks, and the version that will answer, when an agent does. */
interface Chosen {
  readonly agent: AgentRef | undefined;
  readonly guest: Person | undefined;
}

type PromptToQueue = Omit<StartGenerationBody, 'parentMessageId' | 'temporary' | 'projectId'>;

/** Where a prompt is now, with all that wait behind what runs in its conversation. */
export interface QueuedOutcome {
  readonly state: 'queued' | 'started';
  readonly queue: QueuedPrompt[];
}

/**
 * Prompts that wait behind an answer. When it is done, the first of them becomes the next generation and the others wait
 * behind that. Behind an answer that was stopped or failed they stay, until they are asked for again or taken out.
 */
export interface PromptQueue {
  /**
   * Lets a prompt wait behind a generation, or behind what runs in its conversation; starts it at once when nothing
   * runs, also one that waited behind an answer that was stopped. Repeating a request changes nothing. Throws
   * `generation-not-found`, `generation-id-taken`, `endpoint-not-found`, `model-not-found`, `queue-full`,
   * `message-not-found` for what is quoted, and what `WorkspaceFiles.check` throws.
   */
  add(
    userId: UserId,
    id: GenerationId,
    prompt: PromptToQueue,
    device: AskingDevice | null,
    guest?: Person,
  ): Promise<QueuedOutcome>;
  /**
   * Takes a prompt out; harmless when it waits nowhere. Throws `generation-not-found`, `queued-prompt-started`, and
   * `forbidden` when a `guest` names a prompt of another one's.
   */
  remove(userId: UserId, id: GenerationId, queuedId: GenerationId, guest?: Person): Promise<void>;
}

interface PromptQueueOptions {
  readonly service: Pick<GenerationService, 'find' | 'start'>;
  readonly generations: GenerationRepository;
  readonly messages: Pick<MessageRepository, 'find'>;
  readonly runs: Pick<GenerationRuns, 'beginNext'>;
  readonly setups: Pick<TurnSetups, 'pin'>;
  readonly files: Pick<WorkspaceFiles, 'check' | 'claim'>;
  readonly news: GenerationNews;
  readonly access: Pick<ConversationAccess, 'find'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createPromptQueue(options: PromptQueueOptions): PromptQueue {
  const { service, generations, messages, runs, setups, files, news, access, now } = options;

  /** Checks that a prompt can be answered, and by which version of an agent. */
  async function pin(
    behind: GenerationRecord,
    prompt: PromptToQueue,
    guest: Person | undefined,
  ): Promise<AgentRef | undefined> {
    const choice = { ...prompt, tools: prompt.tools ?? [] };
    const before = behind.askedBy?.id === guest?.id ? behind.agent : undefined;
    return await setups.pin(guest?.id ?? behind.userId, choice, before, AbortSignal.timeout(resolveDeadline));
  }

  /** Where a prompt of that id has got to, if it was taken before. */
  async function findTaken(
    userId: UserId,
    conversationId: ConversationId,
    prompt: PromptToQueue,
    guest: Person | undefined,
  ): Promise<QueuedOutcome | undefined> {
    const known = await generations.find(prompt.generationId);
    if (known === undefined) return undefined;
    const { parentMessageId } = known;
    const isAskers = known.userId === userId && known.askedBy?.id === guest?.id;
    const isSame = isAskers && known.conversationId === conversationId;
    if (!isSame || known.requestHash !== hashRequest({ ...prompt, parentMessageId })) {
      throw problem('generation-id-taken');
    }
    return { state: 'started', queue: shownQueue(known) };
  }

  /** Looked up after the prompt was stored: whoever removes its asker meanwhile sees one of the two. */
  async function refuseRemoved({ conversationId }: GenerationRecord, prompt: QueuedPromptDocument): Promise<void> {
    const { askedBy, generationId } = prompt;
    if (askedBy === undefined || (await access.find(conversationId, askedBy.id)) !== undefined) return;
    await generations.dequeue(conversationId, generationId);
    throw problem('generation-not-found');
  }

  /** Lets it wait behind a running generation; `undefined` when that has ended meanwhile. */
  async function wait(running: GenerationRecord, prompt: QueuedPromptDocument): Promise<QueuedOutcome | undefined> {
    const total = [...running.queue, prompt].reduce((sum, waiting) => sum + lengthOf(waiting), 0);
    if (total > mostQueuedText) throw problem('queue-full', { detail: 'The waiting prompts are too long together.' });
    const changed = await generations.enqueue(running.id, prompt);
    if (changed !== undefined) {
      await refuseRemoved(running, prompt);
      await files.claim(
        askerOf({ ...running, askedBy: prompt.askedBy }),
        running.conversationId,
        (prompt.files ?? []).map(({ id }) => id),
      );
      await generations.dequeueElsewhere(running.conversationId, prompt.generationId, running.id);
      news.queueChanged(changed, shownQueue(changed));
      return { state: 'queued', queue: shownQueue(changed) };
    }
    const stands = await generations.find(running.id);
    const isWaitedFor = stands?.status === 'running' || stands?.holds !== undefined;
    if (isWaitedFor && stands.queue.length >= longestQueue) throw problem('queue-full');
    return undefined;
  }

  /** Starts it, for nothing runs in its conversation; `undefined` when something does after all. */
  async function startAtOnce(
    ended: GenerationRecord,
    prompt: PromptToQueue,
    device: AskingDevice | null,
    guest: Person | undefined,
  ): Promise<QueuedOutcome | undefined> {
    const { userId, conversationId, lane } = ended;
    const holder = lane === undefined ? ended : ((await generations.find(lane.of)) ?? ended);
    try {
      const body = { ...prompt, parentMessageId: holder.keeps ?? holder.responseMessageId };
      const started = await service.start(userId, conversationId, body, device, guest);
      return { state: 'started', queue: shownQueue(started) };
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'generation-running') return undefined;
      throw error;
    }
  }

  async function place(
    behind: GenerationRecord,
    prompt: PromptToQueue,
    { agent, guest }: Chosen,
    device: AskingDevice | null,
  ): Promise<QueuedOutcome | undefined> {
    const { conversationId } = behind;
    const { generationId, text, endpoint, model, tools, agentVersion, quotes = [], spec } = prompt;
    if (behind.next !== undefined) {
      await runs.beginNext(behind);
      return undefined;
    }
    const isAlone = behind.status === 'running' && behind.lane === undefined;
    const running = isAlone ? behind : await generations.findHolder(conversationId);
    const waiting = await generations.findWaiting(conversationId, generationId);
    const mine = waiting?.queue.find((one) => one.generationId === generationId);
    const isAskers = mine === undefined || (mine.askedBy?.id === guest?.id && isSamePrompt(mine, prompt));
    if (!isAskers) throw problem('generation-id-taken');
    if (running === undefined) {
      if (waiting === undefined) return await startAtOnce(behind, prompt, device, guest);
      if (await generations.callNext(waiting.id, generationId)) await runs.beginNext(waiting);
      return undefined;
    }
    if (waiting?.id === running.id) return { state: 'queued', queue: shownQueue(waiting) };
    await checkQuotes(messages, running.userId, conversationId, quotes);
    const createdAt = new Date(now());
    const settings = keptSettings(prompt.settings);
    const brought = await files.check(guest?.id ?? running.userId, conversationId, prompt.files ?? []);
    const chosen = {
      ...(tools === undefined ? {} : { tools }),
      ...(agentVersion === undefined ? {} : { agentVersion }),
      ...(agent === undefined ? {} : { agent }),
      ...(guest === undefined ? {} : { askedBy: guest }),
      ...(brought.length === 0 ? {} : { files: brought }),
      ...(quotes.length === 0 ? {} : { quotes }),
      ...(settings === undefined ? {} : { settings }),
      ...(spec === undefined ? {} : { spec }),
    };
    return await wait(running, { generationId, text, endpoint, model, ...chosen, createdAt, queuedBy: device });
  }

  async function refuseOthers(conversationId: ConversationId, queuedId: GenerationId, guest: Person): Promise<void> {
    const waiting = await generations.findWaiting(conversationId, queuedId);
    const prompt = waiting?.queue.find(({ generationId }) => generationId === queuedId);
    if (prompt === undefined || prompt.askedBy?.id === guest.id) return;
    throw problem('forbidden', { detail: 'Only who asked this may take it back.' });
  }

  return {
    async add(userId, id, prompt, device, guest) {
      let chosen: Chosen | undefined;
      for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
        const behind = await service.find(userId, id);
        const taken = await findTaken(userId, behind.conversationId, prompt, guest);
        if (taken !== undefined) return taken;
        chosen ??= { agent: await pin(behind, prompt, guest), guest };
        const placed = await place(behind, prompt, chosen, device);
        if (placed !== undefined) return placed;
      }
      throw problem('not-ready', { retryAfterSeconds: 1 });
    },

    async remove(userId, id, queuedId, guest) {
      const { conversationId } = await service.find(userId, id);
      if (guest !== undefined) await refuseOthers(conversationId, queuedId, guest);
      for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
        const changed = await generations.dequeue(conversationId, queuedId);
        if (changed !== undefined) {
          news.queueChanged(changed, shownQueue(changed));
          return;
        }
        const begun = await generations.find(queuedId);
        if (begun?.userId === userId) throw problem('queued-prompt-started');
        const waiting = await generations.findWaiting(conversationId, queuedId);
        if (waiting === undefined) return;
        // Its turn may have come: then the queue is on its way to the next generation, and is changed there.
        await runs.beginNext(waiting);
      }
      throw problem('not-ready', { retryAfterSeconds: 1 });
    },
  };
}

function isSamePrompt(known: QueuedPromptDocument, prompt: PromptToQueue): boolean {
  // Neither where it waits nor when it came is part of what is asked.
  const asked = (its: Omit<PromptToQueue, 'generationId'>): string => hashRequest({ ...its, parentMessageId: null });
  const { tools, files = [], quotes = [], ...rest } = known;
  const chosen = { tools: tools === undefined ? undefined : [...tools], files: files.map(({ id }) => id) };
  return asked({ ...rest, ...chosen, quotes: [...quotes] }) === asked(prompt);
}

/** In UTF-16 units. */
function lengthOf({ text, quotes = [] }: QueuedPromptDocument): number {
  return quotes.reduce((sum, quote) => sum + quote.text.length, text.length);
}

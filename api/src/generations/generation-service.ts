import { problem } from '@parley/contracts';
import type {
  AnswerBody,
  ComparisonBody,
  ConversationId,
  GenerationEvent,
  GenerationId,
  GenerationState,
  Person,
  StartGenerationBody,
  UserId,
} from '@parley/contracts';
import { nowOffset, StreamLogError } from '@parley/stream-log';
import type { StreamLog } from '@parley/stream-log';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type {
  GenerationRecord,
  GenerationRepository,
  RunningGeneration,
} from '../database/repositories/generation-repository.ts';
import type { AskingDevice } from '../database/schemas/generation-document.ts';
import { logIdOf } from './generation-log.ts';
import type { GenerationRuns } from './generation-runs.ts';
import { createKeyedQueue } from './keyed-queue.ts';
import { createTurnPlanner } from './plan-turn.ts';
import type { TurnPlannerOptions } from './plan-turn.ts';
import { hashAnswerRequest, hashComparisonRequest, hashRequest } from './request-hash.ts';
import { shownQueue } from './shown-queue.ts';

/** How often a start that lost a race is tried again. */
const maxAttempts = 5;

export interface GenerationService {
  /**
   * Accepts a turn of the conversation's owner, or of a `guest` of theirs: when it resolves the prompt is saved, the log is open and the answer will be written, whatever
   * happens to this process. Repeating a request yields the same generation, from any server. Throws
   * `generation-id-taken`, `conversation-not-found`, `message-not-found` (its parent, or one that is quoted),
   * `project-not-found`, `forbidden` (a temporary chat where there are none), what `TurnSetups.pin` and
   * `WorkspaceFiles.check` throw, and `generation-running`; nothing is written then.
   */
  start(
    userId: UserId,
    conversation: ConversationId | 'new',
    body: StartGenerationBody,
    startedBy: AskingDevice | null,
    guest?: Person,
  ): Promise<GenerationRecord>;
  /**
   * Accepts another answer to a prompt, with the promises and problems of `start`. Also throws `message-not-found` for
   * what is no prompt, and for an answer to go on from that is none to this prompt.
   */
  answer(
    userId: UserId,
    conversation: ConversationId,
    body: AnswerBody,
    startedBy: AskingDevice | null,
    guest?: Person,
  ): Promise<GenerationRecord>;
  /**
   * Accepts a prompt that is answered by several side by side, with the promises and problems of `start`. Returns the
   * generation of the first answer, which names the others as its lanes.
   */
  compare(
    userId: UserId,
    conversation: ConversationId | 'new',
    body: ComparisonBody,
    startedBy: AskingDevice | null,
    guest?: Person,
  ): Promise<GenerationRecord>;
  /** A generation as it was stored last. Throws `generation-not-found`, also for somebody else's. */
  find(userId: UserId, id: GenerationId): Promise<GenerationRecord>;
  /**
   * The generation a reader or a commander wants, in the hands of somebody who writes it. Throws
   * `generation-not-found`.
   */
  findForReading(userId: UserId, id: GenerationId): Promise<GenerationRecord>;
  /** How a generation stands; none of its log is read. Throws `generation-not-found`. */
  state(userId: UserId, id: GenerationId): Promise<GenerationState>;
}

interface GenerationServiceOptions extends TurnPlannerOptions {
  readonly conversations: Pick<ConversationRepository, 'find' | 'update'>;
  readonly generations: GenerationRepository;
  readonly log: StreamLog<GenerationEvent>;
  readonly runs: GenerationRuns;
}

/** What was asked for under an id, and how it becomes a turn. */
interface Asked {
  readonly id: GenerationId;
  /** Whether a generation of that id is what was asked for. */
  readonly isSame: (known: GenerationRecord) => boolean;
  readonly plan: () => Promise<RunningGeneration | 'busy'>;
  /** Where it is to be; absent in a conversation that does not exist yet. */
  readonly conversationId?: ConversationId;
}

export function createGenerationService(options: GenerationServiceOptions): GenerationService {
  const { conversations, generations, projects, log, runs } = options;
  const planner = createTurnPlanner(options);
  const starting = createKeyedQueue<GenerationId>();

  /** The project may have let go of its conversations just before this one was there. */
  async function leaveLostProject({ userId, conversationId, projectId }: RunningGeneration): Promise<void> {
    if (projectId === undefined || (await projects.exists(userId, projectId))) return;
    await conversations.update(userId, conversationId, { projectId: null });
  }

  /** The generation, or `undefined` when a parallel request was faster. */
  async function begin({ plan, conversationId }: Asked): Promise<GenerationRecord | undefined> {
    const generation = await plan();
    const outcome = generation === 'busy' ? 'conversation-busy' : await runs.begin(generation);
    if (outcome === 'id-taken') return undefined;
    if (generation !== 'busy' && outcome === 'begun') {
      await leaveLostProject(generation);
      return generation;
    }
    if (conversationId === undefined || (await runs.settleSealed(conversationId))) return undefined;
    throw problem('generation-running');
  }

  async function accept(asked: Asked): Promise<GenerationRecord> {
    return await starting.run(asked.id, async () => {
      for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
        const known = await generations.find(asked.id);
        if (known !== undefined) {
          if (!asked.isSame(known)) throw problem('generation-id-taken');
          if (known.status === 'running') await runs.resume(known);
          if (known.holds === 'opening') await runs.beginNext(known);
          return known;
        }
        const begun = await begin(asked);
        if (begun !== undefined) return begun;
      }
      throw problem('generation-running');
    });
  }

  async function find(userId: UserId, id: GenerationId): Promise<GenerationRecord> {
    const generation = await generations.find(id);
    if (generation?.userId !== userId) throw problem('generation-not-found');
    return generation;
  }

  async function findForReading(userId: UserId, id: GenerationId): Promise<GenerationRecord> {
    const generation = await find(userId, id);
    if (generation.status === 'running') await runs.resume(generation);
    return generation;
  }

  async function endOfLog(id: GenerationId): Promise<string | null> {
    try {
      return (await log.read(logIdOf(id), nowOffset, 1)).next;
    } catch (error) {
      if (error instanceof StreamLogError && (error.code === 'missing' || error.code === 'gone')) return null;
      throw error;
    }
  }

  return {
    async start(userId, conversation, body, startedBy, guest) {
      const requestHash = hashRequest(body);
      return await accept({
        id: body.generationId,
        isSame: (known) => isOf(known, userId, conversation, guest) && known.requestHash === requestHash,
        plan: () => planner.question(userId, conversation, body, startedBy, guest),
        ...(conversation === 'new' ? {} : { conversationId: conversation }),
      });
    },

    async answer(userId, conversationId, body, startedBy, guest) {
      const requestHash = hashAnswerRequest(body);
      return await accept({
        id: body.generationId,
        isSame: (known) => isOf(known, userId, conversationId, guest) && known.requestHash === requestHash,
        plan: () => planner.answer(userId, conversationId, body, startedBy, guest),
        conversationId,
      });
    },

    async compare(userId, conversation, body, startedBy, guest) {
      const requestHash = hashComparisonRequest(body);
      const [first, ...others] = body.answers.map(({ generationId }) => generationId);
      if (first === undefined) throw new Error('A comparison has answers.');
      return await accept({
        id: first,
        isSame: (known) => isOf(known, userId, conversation, guest) && known.requestHash === requestHash,
        async plan() {
          for (const id of others) {
            if ((await generations.find(id)) !== undefined) throw problem('generation-id-taken');
          }
          return await planner.comparison(userId, conversation, body, startedBy, guest);
        },
        ...(conversation === 'new' ? {} : { conversationId: conversation }),
      });
    },

    find,
    findForReading,

    async state(userId, id) {
      const generation = await find(userId, id);
      const { conversationId, responseMessageId, status, startedBy, waitingSince, askedBy } = generation;
      const offset = await endOfLog(id);
      const startedOn = startedBy?.name ?? null;
      return {
        id,
        conversationId,
        responseMessageId,
        status,
        waitingForInput: status === 'running' && waitingSince !== undefined,
        offset,
        startedOn,
        ...(askedBy === undefined ? {} : { askedBy }),
        queue: shownQueue(generation),
      };
    },
  };
}

/** Whether a generation was asked for by that owner or guest, and in that conversation. */
function isOf(
  known: GenerationRecord,
  userId: UserId,
  conversation: ConversationId | 'new',
  guest: Person | undefined,
): boolean {
  const isSamePlace = conversation === known.conversationId || (conversation === 'new' && known.startsConversation);
  return known.userId === userId && known.askedBy?.id === guest?.id && isSamePlace;
}

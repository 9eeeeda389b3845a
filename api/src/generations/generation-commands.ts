import { problem, ProblemError } from '@parley/contracts';
import type { CommandId, GenerationEvent, GenerationId, InputAnswer, Person, UserId } from '@parley/contracts';
import { StreamLogError } from '@parley/stream-log';
import type { Producer, StreamLog } from '@parley/stream-log';
import type { AuditLog } from '../audit/audit-log.ts';
import type { GenerationRecord, GenerationRepository } from '../database/repositories/generation-repository.ts';
import type { AcceptedCommand, AskingDevice } from '../database/schemas/generation-document.ts';
import { commandProducer, logIdOf, stopProducer } from './generation-log.ts';
import type { GenerationRuns } from './generation-runs.ts';
import type { GenerationService } from './generation-service.ts';
import type { GenerationStore } from './generation-store.ts';
import { createInputTaker } from './input-taker.ts';
import { hashCommand } from './request-hash.ts';

/** Most UTF-16 units of all commands to one answer together: they become part of it. */
const mostCommandText = 1_000_000;

/** A person's answer to what a call asks. */
export interface InputCommand {
  readonly commandId: CommandId;
  readonly callId: string;
  readonly answer: InputAnswer;
}

interface SteerCommand {
  readonly commandId: CommandId;
  readonly text: string;
}

/**
 * What other hands may do to a running answer, from any device, by way of any server. Each may be repeated. All throw
 * `generation-not-found`, and `not-ready` when the log is being made anew. It runs with what is its asker's, so nobody
 * else, its owner neither, steers it or answers for it: that is `forbidden`, to a `guest` also the stopping of an answer
 * that another one asked for.
 */
export interface GenerationCommands {
  /** Ends a running answer with what there is; harmless when it has ended. */
  stop(userId: UserId, id: GenerationId, guest?: Person): Promise<void>;
  /**
   * Leaves text for the model to read before its next step. Throws `generation-over`, `command-id-taken` (another text
   * under that id), `too-many-requests`, `body-too-large`.
   */
  steer(userId: UserId, id: GenerationId, command: SteerCommand, guest?: Person): Promise<void>;
  /**
   * Gives a call what it waits for; the first answer counts. Throws `input-not-awaited`, `invalid-request` (an answer of
   * another kind than what is asked), `command-id-taken`, `too-many-requests`, `body-too-large`.
   */
  giveInput(
    userId: UserId,
    id: GenerationId,
    command: InputCommand,
    device: AskingDevice | null,
    guest?: Person,
  ): Promise<void>;
  /** Sees to it that a running generation whose log is not there gets it back, also one that waits for its user. */
  restoreLog(generation: GenerationRecord): Promise<void>;
}

interface GenerationCommandsOptions {
  readonly service: Pick<GenerationService, 'find' | 'findForReading'>;
  readonly generations: GenerationRepository;
  readonly log: StreamLog<GenerationEvent>;
  readonly runs: Pick<GenerationRuns, 'stop' | 'wake'>;
  readonly store: Pick<GenerationStore, 'restore'>;
  readonly audit: Pick<AuditLog, 'note'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A command is an entry in the generation's log: whoever writes the answer follows that. */
export function createGenerationCommands(options: GenerationCommandsOptions): GenerationCommands {
  const { service, generations, log, runs, now, store, audit } = options;

  /** Each producer gives one command only, so that a repeated one is recognised by the log. Resolves with whether it is in. */
  async function append(generation: GenerationRecord, producer: Producer, command: GenerationEvent): Promise<boolean> {
    const { id, userId } = generation;
    try {
      await log.append(logIdOf(id), producer, 0, [command]);
      return true;
    } catch (error) {
      if (!(error instanceof StreamLogError)) throw error;
      if (error.code === 'closed') return false;
      if (error.code !== 'missing' && error.code !== 'gone') throw error;
      const { status } = await service.find(userId, id);
      if (status !== 'running') return false;
      throw problem('not-ready', { retryAfterSeconds: 1, cause: error });
    }
  }

  /** A log that is not there is made anew by whoever writes the answer, who may be waiting for its user. */
  async function reviving(generation: GenerationRecord, task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'not-ready') await runs.wake(generation);
      throw error;
    }
  }

  /** After what it was told, a generation that waits for its user goes on. */
  async function waking(generation: GenerationRecord, task: () => Promise<void>): Promise<void> {
    await reviving(generation, task);
    await runs.wake(generation);
  }

  async function note(generation: GenerationRecord, command: AcceptedCommand): Promise<void> {
    const { id, commands } = generation;
    const known = commands.find((one) => one.id === command.id);
    if (known === undefined) {
      if (generation.status !== 'running') throw problem('generation-over');
      const total = commands.reduce((sum, { length }) => sum + length, command.length);
      if (total > mostCommandText) {
        throw problem('body-too-large', { detail: 'All that was said to this answer is too long together.' });
      }
    }
    const noted = known ?? (await generations.noteCommand(id, command));
    if (noted === undefined) throw problem('too-many-requests', { detail: 'This answer was told too many things.' });
    if (noted.hash !== command.hash) throw problem('command-id-taken');
  }

  const inputs = createInputTaker({ store, audit, note, append, now });

  return {
    async stop(userId, id, guest) {
      const generation = await service.findForReading(userId, id);
      if (guest !== undefined) refuseOthers(generation, guest);
      if (generation.status !== 'running') return;
      await waking(generation, async () => {
        await runs.stop(generation, async () => {
          const at = new Date(now()).toISOString();
          await append(generation, stopProducer(userId), { type: 'stop-requested', commandId: `stop:${id}`, at });
        });
      });
    },

    async steer(userId, id, { commandId, text }, guest) {
      const generation = await service.findForReading(userId, id);
      refuseOthers(generation, guest);
      await note(generation, { id: commandId, hash: hashCommand(text), length: text.length });
      const at = new Date(now()).toISOString();
      const steer = { type: 'steer-requested', commandId, text, at } as const;
      await reviving(generation, async () => {
        if (!(await append(generation, commandProducer(commandId), steer))) throw problem('generation-over');
      });
    },

    async giveInput(userId, id, command, device, guest) {
      const generation = await service.findForReading(userId, id);
      refuseOthers(generation, guest);
      await waking(generation, () => inputs.give(generation, command, device));
    },

    restoreLog: (generation) => runs.wake(generation),
  };
}

function refuseOthers({ askedBy }: GenerationRecord, guest: Person | undefined): void {
  if (askedBy?.id !== guest?.id) throw problem('forbidden', { detail: 'Only who asked for this answer may.' });
}

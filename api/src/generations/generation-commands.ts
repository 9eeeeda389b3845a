import { problem } from '@parley/contracts';
import type { CommandId, GenerationEvent, GenerationId, UserId } from '@parley/contracts';
import { StreamLogError } from '@parley/stream-log';
import type { Producer, StreamLog } from '@parley/stream-log';
import type { GenerationRecord, GenerationRepository } from '../database/repositories/generation-repository.ts';
import { commandProducer, logIdOf, stopProducer } from './generation-log.ts';
import type { GenerationRuns } from './generation-runs.ts';
import type { GenerationService } from './generation-service.ts';
import { hashCommand } from './request-hash.ts';

/** Most UTF-16 units of all commands to one answer together: they become part of it. */
const mostCommandText = 1_000_000;

interface SteerCommand {
  readonly commandId: CommandId;
  readonly text: string;
}

/**
 * What other hands may do to a running answer, from any device, by way of any server. Each may be repeated. Both throw
 * `generation-not-found`, and `not-ready` when the log is being made anew.
 */
export interface GenerationCommands {
  /** Ends a running answer with what there is; harmless when it has ended. */
  stop(userId: UserId, id: GenerationId): Promise<void>;
  /**
   * Leaves text for the model to read before its next step. Throws `generation-over`, `command-id-taken` (another text
   * under that id), `too-many-requests`, `body-too-large`.
   */
  steer(userId: UserId, id: GenerationId, command: SteerCommand): Promise<void>;
}

interface GenerationCommandsOptions {
  readonly service: Pick<GenerationService, 'find' | 'findForReading'>;
  readonly generations: GenerationRepository;
  readonly log: StreamLog<GenerationEvent>;
  readonly runs: Pick<GenerationRuns, 'stop'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A command is an entry in the generation's log: whoever writes the answer follows that. */
export function createGenerationCommands(options: GenerationCommandsOptions): GenerationCommands {
  const { service, generations, log, runs, now } = options;

  /** Each producer gives one command only, so that a repeated one is recognised by the log. Resolves with whether it is in. */
  async function append(
    { id, userId }: GenerationRecord,
    producer: Producer,
    command: GenerationEvent,
  ): Promise<boolean> {
    try {
      await log.append(logIdOf(id), producer, 0, [command]);
      return true;
    } catch (error) {
      if (!(error instanceof StreamLogError)) throw error;
      if (error.code === 'closed') return false;
      if (error.code !== 'missing' && error.code !== 'gone') throw error;
      const { status } = await service.find(userId, id);
      if (status === 'running') throw problem('not-ready', { retryAfterSeconds: 1, cause: error });
      return false;
    }
  }

  async function note(generation: GenerationRecord, { commandId, text }: SteerCommand): Promise<void> {
    const { id, commands } = generation;
    const command = { id: commandId, hash: hashCommand(text), length: text.length };
    const known = commands.find((one) => one.id === commandId);
    if (known === undefined) {
      if (generation.status !== 'running') throw problem('generation-over');
      const total = commands.reduce((sum, { length }) => sum + length, text.length);
      if (total > mostCommandText) {
        throw problem('body-too-large', { detail: 'All that was said to this answer is too long together.' });
      }
    }
    const noted = known ?? (await generations.noteCommand(id, command));
    if (noted === undefined) throw problem('too-many-requests', { detail: 'This answer was told too many things.' });
    if (noted.hash !== command.hash) throw problem('command-id-taken');
  }

  return {
    async stop(userId, id) {
      const generation = await service.findForReading(userId, id);
      if (generation.status !== 'running') return;
      await runs.stop(generation, async () => {
        const at = new Date(now()).toISOString();
        await append(generation, stopProducer(userId), { type: 'stop-requested', commandId: `stop:${id}`, at });
      });
    },

    async steer(userId, id, command) {
      const generation = await service.findForReading(userId, id);
      await note(generation, command);
      const at = new Date(now()).toISOString();
      const { commandId, text } = command;
      const isIn = await append(generation, commandProducer(commandId), {
        type: 'steer-requested',
        commandId,
        text,
        at,
      });
      if (!isIn) throw problem('generation-over');
    },
  };
}

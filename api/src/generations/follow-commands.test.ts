import { generationEventSchema } from '@parley/contracts';
import type { GenerationEvent } from '@parley/contracts';
import { createSqliteStreamLog, StreamLogError } from '@parley/stream-log';
import type { LogReader, StreamLogStore } from '@parley/stream-log';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commandId } from './__fixtures__/messages.ts';
import { isCommand } from './command-inbox.ts';
import type { Command } from './command-inbox.ts';
import { followCommands } from './follow-commands.ts';

const logId = 'generations/1';
const producer = { id: 'answer', epoch: 0 };
const at = '2026-01-01T00:00:00.000Z';
const stop: Command = { type: 'stop-requested', commandId: 'stop', at };
const steer = (number: number): Command => ({
  type: 'steer-requested',
  commandId: commandId(number),
  text: 'In French',
  at,
});

let log: StreamLogStore<GenerationEvent>;
let leaving: AbortController;
beforeEach(async () => {
  log = createSqliteStreamLog({ path: ':memory:', parse: (value) => generationEventSchema.parse(value) });
  await log.open(logId, producer);
  leaving = new AbortController();
});
afterEach(async () => {
  leaving.abort();
  await log.shutdown();
});

function follow(reader: LogReader<GenerationEvent> = log) {
  const commands: Command[] = [];
  const onFailure = vi.fn<(error: unknown, isMissing: boolean) => void>();
  const follower = followCommands({
    log: reader,
    logId,
    after: '-1',
    onEntry: (event) => isCommand(event) && commands.push(event),
    onFailure,
    signal: leaving.signal,
  });
  return { commands, onFailure, follower };
}

function give(command: Command): Promise<unknown> {
  return log.append(logId, { id: `hand of ${command.commandId}`, epoch: 0 }, 0, [command]);
}

describe('following commands', () => {
  it('tells those of every hand', async () => {
    const { commands } = follow();
    await log.append(logId, producer, 0, [{ type: 'text-delta', n: 0, step: 0, part: 0, start: 0, text: 'Hi' }]);
    await give(steer(1));
    await give(stop);
    await vi.waitFor(() => expect(commands).toEqual([steer(1), stop]));
  });

  it('ends with the log', async () => {
    const { follower } = follow();
    await log.close(logId, producer, 0, []);
    await expect(follower.ended).resolves.toBeUndefined();
  });

  it('ends when it is told to', async () => {
    const { follower } = follow();
    leaving.abort();
    await expect(follower.ended).resolves.toBeUndefined();
  });

  it('goes on after failures, from where it was', async () => {
    let failures = 2;
    const flaky: LogReader<GenerationEvent> = {
      read: (...input) => log.read(...input),
      follow(...input) {
        failures -= 1;
        if (failures >= 0) throw new StreamLogError('unavailable', 'Redis is away');
        return log.follow(...input);
      },
    };
    const { commands, onFailure } = follow(flaky);
    await give(steer(1));
    await vi.waitFor(() => expect(commands).toEqual([steer(1)]));
    expect(onFailure.mock.calls.map(([, isMissing]) => isMissing)).toEqual([false, false]);
  });

  it('says that the log is missing, and hears the commands of the one that takes its place', async () => {
    const { commands, onFailure } = follow();
    await give(steer(1));
    await vi.waitFor(() => expect(commands).toHaveLength(1));
    await log.remove(logId);
    await vi.waitFor(() => expect(onFailure).toHaveBeenCalledWith(expect.anything(), true));
    await log.open(logId, producer);
    await give(steer(2));
    await vi.waitFor(() => expect(commands).toContainEqual(steer(2)), { timeout: 5_000 });
  });

  it('begins at the start of a log that was made anew, when told so', async () => {
    const { commands, follower } = follow();
    await give(steer(1));
    await vi.waitFor(() => expect(commands).toEqual([steer(1)]));
    follower.restart();
    await vi.waitFor(() => expect(commands).toEqual([steer(1), steer(1)]));
  });
});

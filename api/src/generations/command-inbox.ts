import type { CommandId, GenerationEvent, MessagePart } from '@parley/contracts';
import { createOpenInputs } from './open-inputs.ts';
import type { GivenInput, OpenInputs } from './open-inputs.ts';
import type { GivenInputs } from './turn-ports.ts';

/** What another hand writes to a running generation, apart from answers to what its calls ask. */
export type Command = Extract<GenerationEvent, { type: 'stop-requested' | 'steer-requested' }>;
export type Steer = Extract<Command, { type: 'steer-requested' }>;

/** The commands to one generation, in the order of their first arrival. */
export interface CommandInbox extends GivenInputs {
  /** Takes an entry of the log; what is no command to a producer, or was there already, changes nothing. */
  take(event: GenerationEvent): void;
  /** What was not obeyed yet: all but the steers that an answer with these parts holds. */
  pending(answer: readonly MessagePart[]): readonly (Command | GivenInput)[];
}

/** `onStop` is called for every request to stop that arrives later. */
export function createCommandInbox(
  known: readonly Command[],
  onStop: () => void,
  inputs: OpenInputs = createOpenInputs(),
): CommandInbox {
  const commands = new Map(known.map((command) => [command.commandId, command]));
  const listeners = new Set<() => void>();
  /** What was taken in; it takes a moment until the log says so, and what comes back from there is heard here. */
  const accepted = new Set<CommandId>();
  return {
    take(event) {
      if (inputs.take(event)) for (const listener of listeners) listener();
      if (!isCommand(event)) return;
      if (event.type === 'stop-requested') onStop();
      if (!commands.has(event.commandId)) commands.set(event.commandId, event);
    },
    pending: (answer) => [...pendingOf([...commands.values()], answer), ...inputs.pending()],
    given(callId) {
      const input = inputs.given(callId);
      return input === undefined || accepted.has(input.commandId) ? undefined : input;
    },
    accept: ({ commandId }) => void accepted.add(commandId),
    onGiven(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The commands that an answer with these parts has not obeyed: all but the steers it holds. */
function pendingOf(commands: readonly Command[], answer: readonly MessagePart[]): Command[] {
  const received = new Set(answer.flatMap((part) => (part.type === 'steer' ? [part.commandId] : [])));
  return commands.filter((command) => command.type === 'stop-requested' || !received.has(command.commandId));
}

/** The steers among `commands` that came too late for an answer with these parts. */
export function lateSteers(commands: readonly Command[], answer: readonly MessagePart[]): Steer[] {
  return pendingOf(commands, answer).filter(isSteer);
}

/** Whether an entry of a generation's log is a command. */
export function isCommand(event: GenerationEvent): event is Command {
  return event.type === 'stop-requested' || event.type === 'steer-requested';
}

export function isSteer(command: GenerationEvent): command is Steer {
  return command.type === 'steer-requested';
}

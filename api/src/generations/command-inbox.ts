import type { GenerationEvent, MessagePart } from '@parley/contracts';

/** What another hand writes to a running generation. */
export type Command = Extract<GenerationEvent, { type: 'stop-requested' | 'steer-requested' }>;
export type Steer = Extract<Command, { type: 'steer-requested' }>;

/** The commands to one generation, in the order of their first arrival. */
export interface CommandInbox {
  /** Takes a command; one that was there already changes nothing. */
  take(command: Command): void;
  /** What was not obeyed yet: all but the steers that an answer with these parts holds. */
  pending(answer: readonly MessagePart[]): readonly Command[];
}

/** `onStop` is called for every request to stop that arrives later. */
export function createCommandInbox(known: readonly Command[], onStop: () => void): CommandInbox {
  const commands = new Map(known.map((command) => [command.commandId, command]));
  return {
    take(command) {
      if (command.type === 'stop-requested') onStop();
      if (!commands.has(command.commandId)) commands.set(command.commandId, command);
    },
    pending: (answer) => pendingOf([...commands.values()], answer),
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

export function isSteer(command: Command): command is Steer {
  return command.type === 'steer-requested';
}

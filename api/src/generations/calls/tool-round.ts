import type { AgentId, AgentRef, CallExecution, GenerationId, MessagePart } from '@parley/contracts';
import type { AnswerRoom } from '../answer-room.ts';
import type { RunTurn, TurnPorts } from '../turn-ports.ts';
import type { TurnSetup } from '../turn-setup.ts';

/** One round of tool calls, as each of its calls sees it. */
export interface ToolRound {
  readonly generationId: GenerationId;
  readonly answer: readonly MessagePart[];
  readonly step: number;
  readonly setup: TurnSetup;
  /** See `Turn`. */
  readonly within: readonly string[];
  readonly ancestors: readonly AgentId[];
}

export interface RoundPorts extends TurnPorts {
  /** Ends the round; its reason is thrown. */
  readonly signal: AbortSignal;
  /** Whether this turn, or one around it, has spent all it may. */
  readonly isSpent: () => boolean;
  /** What the answer can still hold. */
  readonly room: AnswerRoom;
  /** Lets a sub-agent work. */
  readonly runTurn: RunTurn;
  /** Whom the conversation is passed on to, after this round. The first call that asks for it decides. */
  readonly passing: Passing;
}

/** A hand-off that was accepted in a round. */
export interface Passing {
  accepted?: { readonly agent: AgentRef; readonly setup: TurnSetup };
}

/** What became of a call. */
export type CallOutcome =
  | 'waiting'
  | {
      readonly output: string;
      readonly failed: boolean;
      /** A person or the policy did not let it run. */
      readonly denied?: boolean;
      readonly execution?: CallExecution;
    };

export function failure(output: string): Exclude<CallOutcome, 'waiting'> {
  return { output, failed: true };
}

export function denial(output: string): Exclude<CallOutcome, 'waiting'> {
  return { output, failed: true, denied: true };
}

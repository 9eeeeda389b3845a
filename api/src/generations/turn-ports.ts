import type {
  AgentId,
  AgentRef,
  AnswerGuidance,
  AnswerTrace,
  GenerationId,
  Message,
  MessagePart,
} from '@parley/contracts';
import type { ResolvedModel } from '../models/model-service.ts';
import type { ToolApprovals, ToolCaller, ToolResults } from '../tools/tool.ts';
import type { AnswerRoom } from './answer-room.ts';
import type { Steer } from './command-inbox.ts';
import type { GivenInput } from './open-inputs.ts';
import type { Spending } from './spending.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { TurnEvent, TurnOutcome } from './turn-event.ts';
import type { TurnSetup } from './turn-setup.ts';

export interface Turn {
  readonly generationId: GenerationId;
  /** The messages from the root of the conversation to the prompt, in order. */
  readonly history: readonly Pick<Message, 'role' | 'parts'>[];
  /** What this turn has written so far; empty unless it is continued. */
  readonly answer: readonly MessagePart[];
  /** How the steps of that went, as far as it is known. */
  readonly trace?: AnswerTrace | undefined;
  /** The step to begin with, from 0: a model call, or the round of tool calls that the step before has asked for. */
  readonly step: number;
  /** How an earlier producer left `step`, if it was begun. */
  readonly begun: BegunStep | undefined;
  /** Of whoever writes the next step. */
  readonly setup: TurnSetup;
  /** The steps before this one are of an answer that it goes on from; 0 unless told. */
  readonly firstStep?: number;
  /** How it should differ from another answer to the same prompt. */
  readonly guidance?: AnswerGuidance | undefined;
  /** The ids of the calls that this turn runs inside of, the outermost first; empty for an answer itself. */
  readonly within: readonly string[];
  /** The agents that are at work around it, which it must not ask again. */
  readonly ancestors: readonly AgentId[];
}

/** A step whose beginning, and perhaps more of it, has been told. */
export interface BegunStep {
  /** How often it was begun. */
  readonly attempt: number;
  /** Its tokens have been told. */
  readonly isUsageHeld: boolean;
}

/** What people answer to what calls ask. */
export interface GivenInputs {
  /** The answer to what a call asks now, until it was taken in. */
  given(callId: string): GivenInput | undefined;
  /** Takes an answer in, which nobody is given again. */
  accept(input: GivenInput): void;
  /** Calls `listener` for each answer that arrives, until the returned function is called. */
  onGiven(listener: () => void): () => void;
}

export interface TurnPorts {
  readonly caller: ToolCaller;
  readonly approvals: ToolApprovals;
  readonly results: ToolResults;
  readonly inputs: GivenInputs;
  /** The setup of an agent that is asked, or that goes on. Throws problems for people. */
  readonly setupOf: (agent: AgentRef, signal: AbortSignal) => Promise<TurnSetup>;
  /** Ends the turn early, as `stopped`, with what there is. */
  readonly stop: AbortSignal;
  /** Leaves the turn as it is, to be continued later; its reason is thrown. */
  readonly halt: AbortSignal;
  /** What the user has added and an answer does not hold, in order. */
  readonly steersAfter: (answer: readonly MessagePart[]) => readonly Steer[];
  /** Resolves when everything yielded so far is in the log. */
  readonly written: () => Promise<void>;
  /** Awaited when the model has nothing to add; what the user adds meanwhile is still taken in. */
  readonly beforeEnd: () => Promise<void>;
  /** A call was given up, by the user or for its length, that its provider records and goes on with. */
  readonly hangUp: (model: ResolvedModel, idempotencyKey: string) => void;
  /** A model call that was left in the middle has gone further than that, and nothing of it was asked for twice. */
  readonly onAhead: () => void;
  /** Waits before a model call is made again, after so many failures in a row. */
  readonly pause: (failures: number) => Promise<void>;
  /** How long this turn has been worked on. */
  readonly watch: Stopwatch;
  /** Measures another piece of work. */
  readonly startWatch: () => Stopwatch;
  /** What this turn has cost. */
  readonly spending: Spending;
  /** What the answer around this turn can still hold. Absent: it is the answer itself. */
  readonly room?: AnswerRoom;
  /** Whether a turn around this one has spent all it may. */
  readonly isOuterSpent: () => boolean;
  /** Stops the time of this turn, and of those around it, until the returned function is called. */
  readonly holdTime: () => () => void;
  /** A tool has thrown: for the log of the server. */
  readonly onToolError: (error: unknown, toolName: string) => void;
}

/** How a turn was left. */
export interface TurnEnd {
  /** `waiting`: nothing can be done before the user has answered what calls ask; it is continued then. */
  readonly outcome: TurnOutcome | 'waiting';
  readonly answer: readonly MessagePart[];
}

/** Runs a turn; see `runTurn`. */
export type RunTurn = (turn: Turn, ports: TurnPorts) => AsyncGenerator<TurnEvent, TurnEnd>;

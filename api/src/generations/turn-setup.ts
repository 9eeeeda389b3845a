import type { AgentLimits, AgentRef, ModelParameters, Role, ToolRef, TurnSettings, UserId } from '@parley/contracts';
import type { ResolvedModel } from '../models/model-service.ts';
import type { Toolbox, ToolCaller } from '../tools/tool.ts';

/** What a turn is to be answered with, as its user chose it. */
export interface TurnChoice {
  readonly endpoint: string;
  /** An agent's id when the endpoint is `agents`. */
  readonly model: string;
  readonly tools: readonly ToolRef[];
  /** Present when the endpoint is `agents`: the version that answers. */
  readonly agent?: AgentRef | undefined;
  /** What the model is told beside the conversation; an agent has its own. */
  readonly settings?: TurnSettings | undefined;
}

/** Another agent that may be asked, or that the conversation may be passed on to. */
export interface OtherAgent {
  readonly agent: AgentRef;
  readonly description: string;
}

/** Everything a step needs besides the conversation: which model, what it is told, what it may call, how far it may go. */
export interface TurnSetup {
  /** Of the user who asks, for policies. */
  readonly role: Role;
  readonly agent: AgentRef | undefined;
  readonly model: ResolvedModel;
  /** The model's own name at its endpoint. */
  readonly modelName: string;
  /** System text, in order; variables are filled in. */
  readonly instructions: readonly string[];
  readonly parameters: ModelParameters;
  readonly toolbox: Toolbox;
  readonly subAgents: readonly OtherAgent[];
  readonly handOffs: readonly OtherAgent[];
  readonly limits: AgentLimits;
  /** Millionths of a US dollar for so many tokens; `undefined` where no price is known. */
  readonly costOf: (usage: {
    readonly input: number;
    readonly output: number;
    readonly cachedInput?: number | undefined;
  }) => number | undefined;
}

/** Finds out what a turn needs. */
export interface TurnSetups {
  /**
   * Checks a choice when it is made and names the agent's version: the one asked for, the one the conversation has used
   * before, or the newest. Throws `endpoint-not-found`, `model-not-found`, `agent-not-found`, `agent-disabled`.
   */
  pin(
    userId: UserId,
    choice: Omit<TurnChoice, 'agent'> & { readonly agentVersion?: number | undefined },
    usedBefore: AgentRef | undefined,
    signal: AbortSignal,
  ): Promise<AgentRef | undefined>;
  /**
   * What a turn needs now. Never waits long for a tool server: what is not there is told in the toolbox's notices.
   * Throws what `pin` throws, also for what has been taken away meanwhile.
   */
  of(caller: Omit<ToolCaller, 'role'>, choice: TurnChoice, signal: AbortSignal): Promise<TurnSetup>;
  /** The setup of an agent that another one asks or hands over to, for the same user. */
  ofAgent(caller: Omit<ToolCaller, 'role'>, agent: AgentRef, signal: AbortSignal): Promise<TurnSetup>;
}

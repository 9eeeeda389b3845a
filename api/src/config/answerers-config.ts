import type { AnswerersOffer, ModelSpec, ToolRef, TurnSettings } from '@parley/contracts';

/** An entry of `modelSpecs`, complete. */
export interface ModelSpecEntry {
  /** What browsers see. */
  readonly shown: ModelSpec;
  /** What the model is told; stays on the server. */
  readonly settings: TurnSettings;
  readonly tools: readonly ToolRef[];
  /** `always`: new chats begin with it; `first`: as long as nothing else was chosen before. */
  readonly begins: 'always' | 'first' | 'never';
}

/** What people may choose to answer them, and what the operator has switched off. */
export interface AnswerersConfig {
  /** In the order in which they are shown; empty without `modelSpecs`. */
  readonly specs: readonly ModelSpecEntry[];
  /** Every turn has to name a spec. */
  readonly enforce: boolean;
  /** Names of the endpoints whose models are listed; absent: all. */
  readonly listed?: readonly string[];
  readonly without: NonNullable<AnswerersOffer['without']>;
}

/** What people who are no admins may do with the prompt library. */
export interface PromptsConfig {
  readonly use: boolean;
  readonly create: boolean;
  readonly share: boolean;
  /** Share with everybody. */
  readonly public: boolean;
}

/** Without a word of the operator's: everything. */
export const openPrompts: PromptsConfig = { use: true, create: true, share: true, public: true };

/** Without a word of the operator's: no specs, and nothing switched off. */
export const openAnswerers: AnswerersConfig = { specs: [], enforce: false, without: [] };

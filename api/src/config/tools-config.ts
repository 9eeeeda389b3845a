/** What `librechat.yaml` decides about tools. */
export interface ToolsConfig {
  /** `endpoints.agents.toolApproval`. */
  readonly approval: ApprovalConfig;
  /** `includedTools`: when given, there are no tools but these. */
  readonly included?: readonly string[];
  /** `filteredTools`: there are none of these. */
  readonly filtered: readonly string[];
  /** `endpoints.agents.maxRecursionLimit`: most steps of any turn. */
  readonly mostSteps?: number;
  /** `endpoints.agents.recursionLimit`: steps of a turn whose agent does not say. */
  readonly defaultSteps?: number;
}

export interface ApprovalConfig {
  /** `false`: nobody is asked. */
  readonly enabled: boolean;
  /** Where a person would be asked: they are (`default`), the call is refused (`dontAsk`), or it runs (`bypass`). */
  readonly mode: 'default' | 'dontAsk' | 'bypass';
  /** Patterns of tools; see `matchesTool`. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly ask: readonly string[];
  /** For people who are asked; `{tool}` stands for the tool's name. */
  readonly reason?: string;
  /** Whether people may allow a tool for longer than one call. */
  readonly allowAlways: boolean;
  /** Tools that one conversation may have been allowed. */
  readonly allowAlwaysMaxTools: number;
  readonly allowAlwaysMaxToolNameLength: number;
  /** There are hooks, which cannot be run here: whatever they might refuse is asked about. */
  readonly hasHooks: boolean;
}

/** What holds where the file says nothing. */
export const defaultToolsConfig: ToolsConfig = {
  approval: {
    enabled: true,
    mode: 'default',
    allow: [],
    deny: [],
    ask: [],
    allowAlways: true,
    allowAlwaysMaxTools: 64,
    allowAlwaysMaxToolNameLength: 256,
    hasHooks: false,
  },
  filtered: [],
};

import type { LynkrVariable } from './lynkr-variable.ts';

const forHost = (names: readonly string[], meaning: string): LynkrVariable[] =>
  names.map((name) => ({ name, meaning, kind: 'host' }));
const unbuilt = (names: readonly string[], meaning: string, unless: readonly string[] = ['false']): LynkrVariable[] =>
  names.map((name) => ({ name, meaning, kind: 'unbuilt', unless }));
const ignored = (names: readonly string[], meaning: string): LynkrVariable[] =>
  names.map((name) => ({ name, meaning, kind: 'ignored' }));

/** What Lynkr does inside the gateway and Parley in the app around it. */
export const hostVariables: readonly LynkrVariable[] = [
  ...forHost(['MEMORY_*'], 'long-term memory belongs to the app'),
  ...forHost(
    ['MCP_SERVER_MANIFEST', 'MCP_MANIFEST_DIRS', 'MCP_SANDBOX_*', 'MCP_ENABLED', 'LYNKR_MCP_BROKER_*'],
    'MCP servers belong to the app',
  ),
  ...forHost(['FILES_*'], 'stored files belong to the app'),
];

/** Wishes that are understood and not fulfilled yet. Nothing is changed in a request or an answer meanwhile. */
export const unbuiltVariables: readonly LynkrVariable[] = [
  ...unbuilt(['LYNKR_CASCADE_VERIFY', 'LYNKR_CASCADE_ENABLED'], 'a cheap answer that is verified by a better model'),
  ...unbuilt(['LYNKR_VISIBLE_ROUTING'], 'routing shown inside answers; the X-Lynkr headers tell it'),
  ...unbuilt(['OPENCLAW_MODE'], 'answers for OpenClaw'),
  ...unbuilt(['LYNKR_MAX_SESSION_TURNS', 'LYNKR_MAX_TOOL_TURNS'], 'a limit of turns', ['0', 'false', 'off']),
  ...unbuilt(['HISTORY_*'], 'histories are sent as they are', ['false']),
  ...unbuilt(['TOKEN_BUDGET_*'], 'a limit of tokens in one request; keys have budgets', ['false']),
  ...unbuilt(['TOOL_DESCRIPTIONS'], 'descriptions of tools are sent as they are', ['full', 'false']),
  ...unbuilt(['SYSTEM_PROMPT_MODE'], 'the system prompt is sent as it is', ['full', 'static', 'false']),
  ...unbuilt(['TOON_*'], 'JSON is sent as it is'),
  ...unbuilt(['TOOL_RESULT_COMPRESSION_ENABLED', 'TOOL_TRUNCATION_ENABLED'], 'results of tools are sent as they are'),
  ...unbuilt(['SMART_TOOL_SELECTION_*'], 'all tools of a request are sent', ['false']),
  ...unbuilt(['AZURE_OPENAI_REASONING_EFFORT'], 'a default effort of reasoning; requests say it themselves', []),
  ...unbuilt(['OLLAMA_KEEP_ALIVE'], 'how long Ollama keeps a model; set it where Ollama runs', []),
  ...unbuilt(['SUGGESTION_MODE_MODEL'], 'a model for suggestions', ['default']),
];

/** Accepted, so that a Lynkr `.env` can be taken as it is, and without effect. */
export const ignoredVariables: readonly LynkrVariable[] = [
  ...ignored(['CODEX_*'], 'the gateway starts no programs'),
  ...ignored(['WORKER_*'], 'the gateway needs no threads; see --workers'),
  ...ignored(
    ['ROUTING_WEIGHTED_SCORING', 'ROUTING_COST_OPTIMIZATION', 'ROUTING_AGENTIC_DETECTION', 'ROUTING_KNN_ENABLED'],
    'Lynkr does not read it either; see balance in gateway.yaml',
  ),
  ...ignored(['LYNKR_KNN_*', 'LYNKR_REGRET_ESTIMATOR', 'LYNKR_INTENT_*'], 'routing does not learn'),
  ...ignored(['HEADROOM_*'], 'requests are not compressed'),
  ...ignored(['GCF_*'], 'requests keep their encoding'),
  ...ignored(['CAVEMAN_*'], 'answers keep their style'),
  ...ignored(['TENCENTDB_MEMORY_*'], 'there is no such memory'),
  ...ignored(['AGENTS_*', 'TASK_DECOMPOSITION_*', 'TOOL_LOOP_THRESHOLD'], 'the gateway runs no agents'),
  ...ignored(
    ['POLICY_*', 'TOOL_EXECUTION_MODE', 'WORKSPACE_*', 'WEB_SEARCH_*', 'WEB_FETCH_*', 'TINYFISH_*'],
    'the gateway runs no tools',
  ),
  ...ignored(['SECURITY_*', 'PER_IP_LIMIT'], 'Lynkr does not use it; see keys and RATE_LIMIT_*'),
  ...ignored(['INJECT_TOOLS_*'], 'the gateway adds no tools'),
  ...ignored(['LYNKR_OLLAMA_BUFFER_RESPONSES'], 'answers of Ollama are streamed'),
  ...ignored(['LYNKR_WRAP_*'], 'there is no wrap command'),
  ...ignored(['SESSION_DB_PATH', 'TOKEN_TRACKING_ENABLED'], 'usage is kept in the ledger'),
  ...ignored(['PREFER_OLLAMA'], 'it has no effect in Lynkr either; name Ollama in MODEL_PROVIDER'),
  ...ignored(['MARKDOWN_RENDER_ANSI'], 'answers stay as they are'),
  ...ignored(['LYNKR_*'], 'no such setting is known here'),
];

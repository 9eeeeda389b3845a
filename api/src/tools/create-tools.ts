import type { Logger } from 'pino';
import { defaultToolsConfig } from '../config/tools-config.ts';
import type { ToolsConfig } from '../config/tools-config.ts';
import type { ToolGrantRepository } from '../database/repositories/tool-grant-repository.ts';
import type { ToolResultRepository } from '../database/repositories/tool-result-repository.ts';
import type { SearchService } from '../search/search-service.ts';
import { askUser } from './built-in/ask-user.ts';
import { createBuiltInOrigin } from './built-in/built-in-origin.ts';
import { calculator } from './built-in/calculator.ts';
import { createCurrentTime } from './built-in/current-time.ts';
import { createFetchPage } from './built-in/fetch-page.ts';
import { createReadResult } from './built-in/read-result.ts';
import { createSearchConversations } from './built-in/search-conversations.ts';
import type { ToolRules } from './create-tool-rules.ts';
import type { ToolOrigin, ToolSpec, Toolboxes } from './tool.ts';
import { matchesOrigin, matchesTool } from './tool-patterns.ts';
import { createToolResults } from './tool-results.ts';
import type { ToolResultStore } from './tool-results.ts';
import { createToolService } from './tool-service.ts';
import type { ToolService } from './tool-service.ts';
import { createToolboxes } from './toolboxes.ts';
import type { KnownTools } from './toolboxes.ts';

/** Tools of a turn above which those that are not built in hide until they are searched for. */
const deferAbove = 40;

interface Tools {
  readonly toolboxes: Toolboxes & KnownTools;
  readonly results: ToolResultStore;
  readonly service: ToolService;
}

interface ToolsOptions {
  /** Absent: what holds where the file says nothing. */
  readonly settings: ToolsConfig | undefined;
  readonly rules: Pick<ToolRules, 'approvals'>;
  /** Where tools come from that are not built in. */
  readonly origins: readonly ToolOrigin[];
  readonly grants: ToolGrantRepository;
  readonly results: ToolResultRepository;
  readonly search: Pick<SearchService, 'search'>;
  /** For pages of the web; guarded. */
  readonly fetch: typeof fetch;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The tools of this install, and where their results go. */
export function createTools(options: ToolsOptions): Tools {
  const { settings = defaultToolsConfig, rules, origins, grants, log, now } = options;
  const results = createToolResults({ results: options.results, now });
  const builtIn = createBuiltInOrigin([
    calculator,
    createCurrentTime(now),
    createFetchPage(options),
    createSearchConversations(options),
    askUser,
  ]);
  const toolboxes = createToolboxes({
    origins: [builtIn, ...origins],
    deferAbove,
    isInstalled: (spec) => isInstalled(settings, spec),
    readResult: createReadResult({ results }),
    log,
  });
  return { toolboxes, results, service: createToolService({ toolboxes, approvals: rules.approvals, grants }) };
}

function isInstalled({ included, filtered }: ToolsConfig, spec: ToolSpec): boolean {
  if (filtered.some((pattern) => matchesTool(pattern, spec))) return false;
  const matches = spec.isTrusted ? matchesTool : matchesOrigin;
  return included === undefined || included.some((pattern) => matches(pattern, spec));
}

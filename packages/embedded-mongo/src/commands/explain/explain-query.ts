import { hostname } from 'node:os';
import { verbatim } from '../../bson/build-document.ts';
import { Document } from '../../bson/document.ts';
import type { View } from '../../catalogue/catalogue-state.ts';
import { findCollection } from '../../catalogue/collections.ts';
import { planQuery, rejectedPlans } from '../../plan/plan-query.ts';
import { countablePlan, countRecords } from '../../query/count-records.ts';
import { findRecords, type RecordQuery } from '../../query/find-records.ts';
import { CommandError } from '../../server/command-error.ts';
import type { StoredRecord } from '../../store/records.ts';
import type { Reply, Request } from '../command.ts';
import {
  describeStage,
  explainAccess,
  explainIndex,
  explainStage,
  shownFilter,
  type ExplainCounts,
  type ExplainStage,
} from './explain-plan.ts';

/** What is known of an explained command before its plan is made. */
export interface Explained {
  readonly namespace: string;
  readonly filter: Document | undefined;
  readonly query: RecordQuery;
  /** The stages on top of those that find the records; `returned` is how many there were, once it has run. */
  readonly wrap: (tree: ExplainStage, records: readonly StoredRecord[] | undefined, returned?: number) => ExplainStage;
  /** How many documents the command answers with when it found some number, unless it is that number. */
  readonly answers?: (found: number) => number;
  /** Whether the command only counts, so that an index may do without documents. */
  readonly isCount?: boolean;
  /** Whether `wrap` wants the records found, because it tells what a write would do with them. */
  readonly wantsRecords?: boolean;
}

/** How much an explained command tells. */
export type Verbosity = 'queryPlanner' | 'executionStats' | 'allPlansExecution';

/** The `queryPlanner` and, when run, `executionStats` sections of one query. */
export function explainQuery(view: View, explained: Explained, verbosity: Verbosity): Reply {
  const { namespace, query, wrap } = explained;
  const collection = findCollection(view, namespace);
  const plan = collection === undefined ? undefined : planQuery(view, collection, query);
  const counted = explained.isCount === true && plan !== undefined ? countablePlan(plan) : undefined;
  const filter = shownFilter(explained.filter);
  const access = (): ExplainStage => {
    if (plan === undefined) return explainStage('EOF');
    if (counted === undefined) return explainAccess(plan, query, filter);
    const [source] = explainIndex(counted, 'COUNT_SCAN');
    return source ?? explainStage('RECORD_STORE_FAST_COUNT');
  };
  const rejected =
    collection === undefined || plan === undefined || counted !== undefined
      ? []
      : rejectedPlans(collection, query, plan);
  const queryPlanner = {
    plannerVersion: 1,
    namespace,
    parsedQuery: filter,
    indexFilterSet: false,
    optimizationTimeMillis: 0,
    maxIndexedOrSolutionsReached: false,
    maxIndexedAndSolutionsReached: false,
    maxScansToExplodeReached: false,
    winningPlan: describeStage(wrap(access(), undefined)),
    rejectedPlans: rejected.map((other) => describeStage(wrap(explainAccess(other, query, filter), undefined))),
  };
  if (verbosity === 'queryPlanner') return { queryPlanner };
  const startedAt = performance.now();
  const tally = { keys: 0, documents: 0 };
  const counting: View = { ...view, tally };
  let returned = 0;
  const records: StoredRecord[] = [];
  const run = (): void => {
    if (collection !== undefined && explained.isCount === true) returned = countRecords(counting, collection, query);
    else if (collection !== undefined) {
      for (const record of findRecords(counting, collection, query)) {
        returned += 1;
        if (explained.wantsRecords === true) records.push(record);
      }
    }
  };
  let tree = wrap(access(), undefined);
  const success = outcomeOf(() => {
    run();
    tree = wrap(access(), records, returned);
  });
  const counts: ExplainCounts = { returned, ...tally };
  const executionStats = {
    ...success,
    nReturned: explained.isCount === true ? 0 : (explained.answers?.(returned) ?? returned),
    executionTimeMillis: Math.round(performance.now() - startedAt),
    totalKeysExamined: tally.keys,
    totalDocsExamined: tally.documents,
    executionStages: describeStage(tree, counts),
    ...(verbosity === 'allPlansExecution' ? { allPlansExecution: [] } : {}),
  };
  return { queryPlanner, executionStats };
}

/** Whether a query ran to its end; one that is stopped, or needs too much memory, fails together with its explain. */
function outcomeOf(run: () => void): Reply {
  try {
    run();
    return { executionSuccess: true };
  } catch (error) {
    if (!(error instanceof CommandError) || STOPPED.has(error.codeName)) throw error;
    return { executionSuccess: false, errorMessage: error.message, errorCode: error.code };
  }
}

const STOPPED = new Set([
  'MaxTimeMSExpired',
  'Interrupted',
  'QueryExceededMemoryLimitNoDiskUseAllowed',
  'QueryPlanKilled',
]);

/** The reply of an explained command: what was found out about it, and what drivers show beside it. */
export function explainReply(request: Request, details: Reply): Reply {
  const command = new Document(new Map([...request.body.entries(), ['$db', request.database]]));
  return {
    explainVersion: '1',
    ...details,
    command: verbatim(command),
    serverInfo: { host: hostname(), port: 27_017, version: '8.0.0', gitVersion: 'parley-embedded-store' },
    serverParameters: {},
  };
}

import { parsePipeline, runCollection } from '../../aggregation/pipeline.ts';
import type { Variables } from '../../aggregation/expression.ts';
import { inScope } from '../../aggregation/variable-scope.ts';
import type { Document } from '../../bson/document.ts';
import { buildDocument, verbatim, type Literal } from '../../bson/build-document.ts';
import { isDocument, type Value } from '../../bson/value.ts';
import type { View } from '../../catalogue/catalogue-state.ts';
import { CommandError } from '../../server/command-error.ts';
import { constantsOf } from '../constants.ts';
import type { Request } from '../command.ts';

/** What of a query on a view becomes stages after the view's own. */
interface ViewQuery {
  readonly filter?: Document | undefined;
  readonly sort?: Document | undefined;
  readonly skip?: number | undefined;
  readonly limit?: number | undefined;
  readonly projection?: Document | undefined;
}

/** The documents of a view that match, as the aggregation MongoDB makes of a query on it. */
export function readView(
  view: View,
  request: Request,
  query: ViewQuery,
  variables: Variables = new Map(),
): Iterable<Document> {
  const { database } = request;
  const name = request.arguments.text(request.name);
  const stages = inScope(variables, () => parsePipeline(stagesOf(query)));
  return runCollection(name, stages, { view, database, variables }, request.arguments.value('hint'));
}

/** The stages a query on a view adds to the view's own. */
export function stagesOf({ filter, sort, skip, limit, projection }: ViewQuery): Value[] {
  const stages: Document[] = [];
  const add = (name: string, value: Literal): void => {
    stages.push(buildDocument({ [name]: value }));
  };
  if (filter !== undefined && filter.firstName() !== undefined) add('$match', verbatim(filter));
  if (sort !== undefined && sort.firstName() !== undefined) add('$sort', verbatim(sort));
  if (skip !== undefined && skip > 0) add('$skip', BigInt(skip));
  if (limit !== undefined && limit > 0) add('$limit', BigInt(limit));
  if (projection !== undefined && projection.firstName() !== undefined) add('$project', verbatim(projection));
  return stages;
}

const REFUSED_OPTIONS = [
  'min',
  'max',
  'returnKey',
  'showRecordId',
  'tailable',
  'awaitData',
  'noCursorTimeout',
  'allowPartialResults',
  'readOnce',
];

/** `find` on a view; options and projections only `find` knows are refused with InvalidPipelineOperator or 31324. */
export function findInView(request: Request, view: View): Iterable<Document> {
  const { arguments: values } = request;
  for (const option of REFUSED_OPTIONS) {
    const value = values.value(option);
    if (value !== undefined && value !== false) {
      throw new CommandError('InvalidPipelineOperator', `Option ${option} not supported in aggregation.`);
    }
  }
  const sort = values.optionalDocument('sort');
  if (sort?.has('$natural') === true) {
    throw new CommandError('InvalidPipelineOperator', 'Sort option $natural not supported on views.');
  }
  const projection = values.optionalDocument('projection');
  if (projection !== undefined) refuseFindProjection(projection);
  return readView(
    view,
    request,
    {
      filter: values.optionalDocument('filter'),
      sort,
      skip: values.count('skip'),
      limit: values.count('limit'),
      projection,
    },
    constantsOf(values.optionalDocument('let')),
  );
}

function refuseFindProjection(projection: Document): void {
  for (const [path, value] of projection.entries()) {
    if (path.endsWith('.$')) {
      throw new CommandError(31_324, 'Cannot use positional projection in aggregation projection');
    }
    const name = isDocument(value) ? value.firstName() : undefined;
    if (name === '$elemMatch' || name === '$slice') {
      throw new CommandError('InvalidPipelineOperator', `${name} projection is not supported on views`);
    }
  }
}

import { CommandError } from '../command-error.ts';

const HOW =
  'requires additional configuration. Please connect to Atlas or an AtlasCLI local deployment to enable. For more information on how to connect, see https://dochub.mongodb.org/core/atlas-cli-deploy-local-reqs.';

/** MongoDB's refusal of everything about search indexes where there is no search server. */
export function searchIndexesNotEnabled(): CommandError {
  return new CommandError(
    'SearchNotEnabled',
    `Using Atlas Search Database Commands and the $listSearchIndexes aggregation stage ${HOW}`,
  );
}

/** MongoDB's refusal of searching where there is no search server. */
export function searchNotEnabled(): CommandError {
  return new CommandError('SearchNotEnabled', `Using $search and $vectorSearch aggregation stages ${HOW}`);
}

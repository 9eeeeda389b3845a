import { findCollection } from '../../catalogue/collections.ts';
import { measure } from '../../catalogue/statistics.ts';
import { CommandError } from '../../server/command-error.ts';
import { namespaceOf, type Command } from '../command.ts';

const RANGE_FIELDS = ['keyPattern', 'min', 'max'];

/** `dataSize`: the bytes of a collection, which it names with its database; ranges of it are refused. */
const dataSize: Command = {
  kind: 'read',
  fields: ['dataSize', 'datasize', 'estimate', ...RANGE_FIELDS],
  run: ({ name, arguments: values }, view) => {
    const started = Date.now();
    const range = RANGE_FIELDS.find((field) => values.optionalDocument(field) !== undefined);
    if (range !== undefined) {
      throw new CommandError('CommandNotSupported', `dataSize with '${range}' is not supported by the embedded store`);
    }
    const namespace = values.text(name);
    if (!namespace.includes('.')) {
      throw new CommandError('InvalidNamespace', `Invalid namespace specified '${namespace}'`);
    }
    const collection = findCollection(view, namespace);
    const { count, size } = collection === undefined ? { count: 0, size: 0 } : measure(view, collection);
    return {
      estimate: values.flag('estimate'),
      size: BigInt(size),
      numObjects: BigInt(count),
      millis: BigInt(Date.now() - started),
    };
  },
};

/** `reIndex`: MongoDB allows it to servers outside of replica sets alone. */
const reIndex: Command = {
  kind: 'read',
  fields: ['reIndex'],
  run: (request) => {
    throw new CommandError(
      'IllegalOperation',
      `reIndex is only allowed on a standalone mongod instance. Cannot reIndex '${namespaceOf(request)}' while replication is active`,
    );
  },
};

/** A command about plans that were kept or filters that were set, of which there are none. */
function planCache(name: string, answer: { readonly filters?: [] }): Command {
  return {
    kind: 'read',
    fields: [name, 'query', 'sort', 'projection', 'collation'],
    run: (request, view) => {
      findCollection(view, namespaceOf(request));
      const values = request.arguments;
      const hasShape = ['sort', 'projection', 'collation'].some((part) => values.optionalDocument(part) !== undefined);
      if (hasShape && values.optionalDocument('query') === undefined) {
        throw new CommandError('BadValue', 'sort or projection provided without query');
      }
      return answer;
    },
  };
}

const planCacheSetFilter: Command = {
  kind: 'read',
  fields: ['planCacheSetFilter', 'query', 'sort', 'projection', 'collation', 'indexes'],
  run: () => {
    throw new CommandError('CommandNotSupported', 'planCacheSetFilter is not supported by the embedded store');
  },
};

/** The commands that keep collections in order. */
export const MAINTENANCE_COMMANDS: Readonly<Record<string, Command>> = {
  dataSize,
  datasize: dataSize,
  reIndex,
  planCacheClear: planCache('planCacheClear', {}),
  planCacheClearFilters: planCache('planCacheClearFilters', {}),
  planCacheListFilters: planCache('planCacheListFilters', { filters: [] }),
  planCacheSetFilter,
};

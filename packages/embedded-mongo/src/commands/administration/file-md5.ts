import { createHash } from 'node:crypto';
import { toDouble } from '../../bson/arithmetic.ts';
import { buildDocument, verbatim } from '../../bson/build-document.ts';
import { isNumber } from '../../bson/value.ts';
import { findCollection } from '../../catalogue/collections.ts';
import { findRecords } from '../../query/find-records.ts';
import { parseFilter } from '../../query/parse-filter.ts';
import { parseSort } from '../../query/sort.ts';
import { CommandError } from '../../server/command-error.ts';
import type { Command } from '../command.ts';

/** `filemd5`: the MD5 sum of a GridFS file, with which older drivers check what they stored. */
export const fileMd5: Command = {
  kind: 'read',
  fields: ['filemd5', 'root'],
  run: (request, view) => {
    const { arguments: values, database } = request;
    const namespace = `${database}.${values.optionalText('root') ?? 'fs'}.chunks`;
    const collection = findCollection(view, namespace);
    const sum = createHash('md5');
    let next = 0;
    const filter = parseFilter(buildDocument({ files_id: { $eq: verbatim(values.value('filemd5') ?? null) } }));
    const query = { filter, sort: parseSort(buildDocument({ files_id: 1, n: 1 })) };
    for (const { document } of collection === undefined ? [] : findRecords(view, collection, query)) {
      const position = document.get('n');
      if (!isNumber(position) || toDouble(position) !== next) throw new CommandError(10_040, 'chunks out of order');
      const data = document.get('data');
      if (typeof data !== 'object' || data === null || Array.isArray(data) || data.kind !== 'binData') {
        throw new CommandError(50_849, 'The data of a chunk must be binary data');
      }
      sum.update(data.bytes);
      next += 1;
    }
    return { numChunks: next, md5: sum.digest('hex') };
  },
};

import * as z from 'zod/mini';
import { writeForever } from './write-forever.ts';
import { createSqliteStreamLog } from '../sqlite/create-sqlite-stream-log.ts';

/** The program that the conformance suite kills: `sqlite-writer.ts <path> <log id>`. */
const [path = '', logId = ''] = process.argv.slice(2);
await writeForever(createSqliteStreamLog({ path, parse: (value) => z.parse(z.number(), value) }), logId);

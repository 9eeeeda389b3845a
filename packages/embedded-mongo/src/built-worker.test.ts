import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const room = fileURLToPath(new URL('..', import.meta.url));

/** Starts a store, writes a document and finds it under a collation; prints which worker there is, and what was found. */
const program = `
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { MongoClient } from 'mongodb';
import { startEmbeddedMongo } from '@parley/embedded-mongo';
const store = await startEmbeddedMongo({ path: process.argv[1] });
const client = await MongoClient.connect(store.uri);
const words = client.db('test').collection('words');
await words.insertOne({ _id: 1, word: 'Grüße' });
const found = await words.find({ word: /^gr/i }).collation({ locale: 'en', strength: 1 }).toArray();
await client.close();
await store.close();
const worker = createRequire(process.cwd() + '/package.json').resolve('#worker');
console.log(basename(worker), JSON.stringify(found));
`;

it('answers from its build as from its TypeScript', () => {
  const directory = mkdtempSync(join(tmpdir(), 'parley-built-'));
  try {
    execFileSync(process.execPath, [join(room, 'build.ts')], { timeout: 60_000 });
    const answers = [[], ['--conditions=built']].map((conditions, number) =>
      execFileSync(
        process.execPath,
        [...conditions, '--input-type=module', '-e', program, join(directory, String(number))],
        { cwd: room, encoding: 'utf8', timeout: 60_000 },
      ).trim(),
    );
    const found = '[{"_id":1,"word":"Grüße"}]';
    expect(answers).toEqual([`worker.ts ${found}`, `worker.cjs ${found}`]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

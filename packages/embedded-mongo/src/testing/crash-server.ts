import { startEmbeddedMongo } from '../index.ts';

// The child process of the crash test: serves the directory it is given until it is killed.
const [, , path = ''] = process.argv;
const store = await startEmbeddedMongo({ path });
process.stdout.write(`${store.uri}\n`);

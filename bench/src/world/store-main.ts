import path from 'node:path';
import { startEmbeddedMongo } from '@parley/embedded-mongo';

/** The embedded store as a process of its own, which several replicas share; its folder is the first argument. */
const store = await startEmbeddedMongo({ path: path.resolve(process.argv[2] ?? 'store'), durability: 'normal' });
process.send?.({ uri: store.uri });
process.once('SIGTERM', () => {
  store
    .close()
    .then(() => process.exit(0))
    .catch(() => process.exit(1));
});

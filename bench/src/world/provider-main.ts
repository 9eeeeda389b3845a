import { startScriptedProvider } from './scripted-provider.ts';

/** The scripted provider as a process of its own: says its address as a message, and releases what has the name of each message it gets. */
const provider = await startScriptedProvider('calls');
process.send?.({ url: provider.url });
process.on('message', (name) => provider.release(String(name)));

#!/usr/bin/env node
import { exerciseServer } from './conformance/exercise-server.ts';
import { readContext } from './conformance/read-context.ts';
import { signInHeadless } from './conformance/sign-in-headless.ts';
import type { McpTarget } from './core/mcp-server.ts';
import { createMcpHub } from './hub/create-mcp-hub.ts';
import { createMemorySecretStore } from './oauth/__fixtures__/memory-secret-store.ts';
import { createMcpSignIn } from './oauth/create-mcp-sign-in.ts';

/** The client that the conformance suite runs: `conformance-client <server url>`, the scenario in the environment. */
const url = process.argv.at(-1) ?? '';
const scenario = process.env['MCP_CONFORMANCE_SCENARIO'] ?? '';
const context = readContext(scenario, process.env['MCP_CONFORMANCE_CONTEXT']);
// The suite starts every client at once and has the deadline that counts.
const longestMs = 120_000;
const signal = AbortSignal.timeout(longestMs);

const signIn = createMcpSignIn({
  fetch,
  secrets: createMemorySecretStore(Date.now),
  redirectUri: 'http://127.0.0.1:3000/callback',
  clientMetadataUrl: 'https://conformance-test.local/client-metadata.json',
  clientName: 'Parley',
  now: Date.now,
});
const hub = createMcpHub({
  fetch,
  signIn,
  clientInfo: { name: 'parley', version: '0.1.0' },
  environment: {},
  now: Date.now,
  log: (level, message, fields) => process.stderr.write(`${level} ${message} ${JSON.stringify(fields)}\n`),
});
const target: McpTarget = {
  holder: 'somebody',
  server: {
    id: scenario,
    transport: { type: 'streamable-http', url, headers: {} },
    connectTimeoutMs: longestMs,
    callTimeoutMs: longestMs,
    oauth: context.oauth,
  },
};

try {
  await exerciseServer({ hub, target, context, signIn: (asked) => signInHeadless(signIn, target, asked) }, signal);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await hub.close();
}

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { percentile, rounded } from '../report/percentile.ts';
import { printTable, say } from '../report/print-table.ts';
import { surroundings, writeReport } from '../report/write-report.ts';
import { beginTurn, createAccount } from '../turns/api-client.ts';
import { newScript } from '../world/provider-script.ts';
import { runProcess } from '../world/run-process.ts';
import { startWorld } from '../world/world.ts';
import type { World } from '../world/world.ts';

/**
 * What many tools cost a turn: from the request to the model's first call, with and without twenty MCP servers of fifty
 * tools each, alternating in one run. Then the same with one more server that never answers.
 */
const { values } = parseArgs({
  options: {
    servers: { type: 'string', default: '20' },
    tools: { type: 'string', default: '50' },
    turns: { type: 'string', default: '60' },
    json: { type: 'string' },
  },
});
const serverCount = Number(values.servers);
const turnCount = Number(values.turns);
/** Milliseconds that the tools of a warm hub may add. */
const allowance = 50;

const toolServers = runProcess(
  process.execPath,
  [fileURLToPath(new URL('tool-servers-main.ts', import.meta.url)), values.tools],
  {},
);
const port = await firstLine();
const names = Array.from({ length: serverCount }, (_none, index) => `server${index}`);
const silent = 'silent';
const world = await startWorld({
  replicas: 1,
  store: 'sqlite',
  gateway: 'none',
  settings: settingsFor(port),
});
try {
  process.exitCode = await measure(world);
} finally {
  await world.close();
  await toolServers.end('SIGKILL');
}
process.exit();

async function measure({ addresses, provider }: World): Promise<number> {
  const token = await createAccount(addresses[0] ?? '');
  const refs = names.map((name) => `mcp/${name}`);

  /** Milliseconds from the request to the first word of the model, whose call has come then. */
  async function untilModelCalled(tools: readonly string[]): Promise<number> {
    const script = newScript({ tokens: 1, paceMs: 0 });
    const askedAt = performance.now();
    await beginTurn(addresses, token, script, tools);
    await provider.whenSent(script.id, 0);
    return (provider.sendings(script.id)[0]?.at ?? Number.NaN) - askedAt;
  }

  say(`${serverCount} servers with ${values.tools} tools each, ${turnCount} turns of each kind, alternating …`);
  const coldMs = await untilModelCalled(refs);
  for (let index = 0; index < 10; index += 1) {
    await untilModelCalled([]);
    await untilModelCalled(refs);
  }
  const without: number[] = [];
  const withTools: number[] = [];
  for (let index = 0; index < turnCount; index += 1) {
    without.push(await untilModelCalled([]));
    withTools.push(await untilModelCalled(refs));
  }
  const silentMs = await untilModelCalled([...refs, `mcp/${silent}`]);
  const silentAgainMs = await untilModelCalled([...refs, `mcp/${silent}`]);
  return report({ without, withTools, coldMs, silentMs, silentAgainMs });
}

interface Measured {
  readonly without: readonly number[];
  readonly withTools: readonly number[];
  readonly coldMs: number;
  readonly silentMs: number;
  readonly silentAgainMs: number;
}

function report({ without, withTools, coldMs, silentMs, silentAgainMs }: Measured): number {
  const row = (name: string, all: readonly number[]): string[] => [
    name,
    ...[0.5, 0.95].map((share) => `${of(all, share)}`),
  ];
  printTable(
    ['ms until the model is called', 'p50', 'p95'],
    [row('without tools', without), row('with tools, warm', withTools)],
  );
  const addedMs = { p50: of(withTools, 0.5) - of(without, 0.5), p95: of(withTools, 0.95) - of(without, 0.95) };
  say(`Added by the tools: p50 ${rounded(addedMs.p50)} ms, p95 ${rounded(addedMs.p95)} ms (allowed: ${allowance} ms).`);
  say(`First turn after the start, nothing listed yet: ${rounded(coldMs)} ms.`);
  say(`With a server that never answers: ${rounded(silentMs)} ms, then ${rounded(silentAgainMs)} ms.`);
  const figures = { servers: serverCount, tools: Number(values.tools), addedMs, coldMs, silentMs, silentAgainMs };
  writeReport('many-tools', { ...surroundings(), ...figures }, values.json);
  return addedMs.p50 <= allowance ? 0 : 1;
}

function of(all: readonly number[], share: number): number {
  return rounded(percentile(all, share) ?? Number.NaN);
}

async function firstLine(): Promise<string> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const [line, rest] = toolServers.output().split('\n', 2);
    if (line !== undefined && rest !== undefined) return line;
    if (performance.now() > deadline) throw new Error(`The tool servers did not start: ${toolServers.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function settingsFor(toolPort: string): string {
  const servers = names.map((name, index) => `  ${name}:\n    url: 'http://127.0.0.1:${toolPort}/${index}'\n`);
  return `mcpServers:\n${servers.join('')}  ${silent}:\n    url: 'http://127.0.0.1:${toolPort}/silent'\n`;
}

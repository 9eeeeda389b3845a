import { readFileSync } from 'node:fs';
import { bridgePipes } from '../engine/bridge-command.ts';

const prelude = readFileSync(new URL('call-tools.py', import.meta.url), 'utf8');

/**
 * A Python program in which each of those names is an async function that calls a tool: arguments by keyword, its JSON
 * as the result, `ToolError` when it fails. `await` may stand outside of functions in it.
 */
export function pythonWithTools(code: string, tools: readonly string[], toolFolder: string): string {
  const { calls, answers } = bridgePipes(toolFolder);
  const settings = Buffer.from(JSON.stringify({ calls, answers, tools })).toString('base64');
  const source = Buffer.from(code).toString('base64');
  return `${prelude}\n_parley_settings = "${settings}"\n_parley_run("${source}")\n`;
}

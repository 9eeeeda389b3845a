import { McpError } from '../core/mcp-error.ts';
import type { McpHub } from '../core/mcp-hub.ts';
import type { McpTarget } from '../core/mcp-server.ts';
import type { McpTool } from '../core/mcp-tool.ts';
import { argumentsFor } from './arguments-for.ts';
import type { ScenarioContext } from './read-context.ts';

interface Exercise {
  readonly hub: McpHub;
  readonly target: McpTarget;
  readonly context: ScenarioContext;
  /** Signs in as the user would, in a browser. */
  readonly signIn: (signal: AbortSignal) => Promise<void>;
}

const mostSignIns = 3;

/** Does everything with a server that the product does: lists what it has, reads it, calls every tool; signs in when asked. */
export async function exerciseServer(exercise: Exercise, signal: AbortSignal): Promise<void> {
  const { hub, target, context } = exercise;
  let signIns = 0;

  async function signedIn<T>(operation: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await operation();
      } catch (error) {
        const asksToSignIn = error instanceof McpError && asking.has(error.code);
        if (!asksToSignIn || signIns >= mostSignIns) throw error;
        signIns += 1;
        await exercise.signIn(signal);
      }
    }
  }

  const call = async (name: string, given: Readonly<Record<string, unknown>>): Promise<void> => {
    await signedIn(() =>
      hub.callTool(
        target,
        {
          name,
          arguments: given,
          onElicit: async ({ kind }) => (kind === 'form' ? { action: 'accept', content: {} } : { action: 'accept' }),
          onSample: async () => ({ model: 'conformance', text: 'A model’s answer.', stopReason: 'endTurn' }),
        },
        signal,
      ),
    );
  };

  const { tools } = await signedIn(() => hub.tools(target, signal));
  if (context.toolCalls.length > 0) {
    for (const { name, arguments: given } of context.toolCalls) await call(name, given);
  } else if (signIns > 0 || target.server.id.startsWith('auth/')) {
    // One after the other: each may ask for another sign-in.
    for (const tool of tools) await call(tool.name, argumentsFor(tool));
  } else {
    await Promise.all(tools.map((tool) => call(tool.name, exampleFor(tool, tools))));
  }
  const resources = await hub.resources(target, signal);
  for (const { uri } of resources) await hub.readResource(target, uri, signal);
  const prompts = await hub.prompts(target, signal);
  for (const prompt of prompts) {
    const given = Object.fromEntries(prompt.arguments.map(({ name }) => [name, 'test']));
    await hub.getPrompt(target, prompt.name, given, signal);
  }
}

const asking = new Set(['sign-in-needed', 'insufficient-scope']);

/** The suite looks at what is left of a schema by having it sent back. */
function exampleFor(tool: McpTool, tools: readonly McpTool[]): Record<string, unknown> {
  const shown = tools.find(({ name }) => name !== tool.name);
  return tool.name.includes('echo') && shown !== undefined
    ? { ...argumentsFor(tool), schema: shown.inputSchema }
    : argumentsFor(tool);
}

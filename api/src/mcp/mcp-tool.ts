import { McpError } from '@parley/mcp';
import type { McpTarget, McpToolResult } from '@parley/mcp';
import type { InputRequest, ToolSource, UserId } from '@parley/contracts';
import type { Tool, ToolAttachment, ToolCaller, ToolContext, ToolInput, ToolResult } from '../tools/tool.ts';
import { answerForServer } from './answer-for-server.ts';
import type { Sample } from './answer-for-server.ts';
import { askPerson } from './ask-person.ts';
import { callFailure } from './call-failure.ts';
import type { McpConnectionsHub } from './mcp-connections.ts';
import type { McpDefinition } from './mcp-definition.ts';
import type { ServerDirectory } from './server-directory.ts';
import type { ServerTargets } from './server-targets.ts';
import type { ToolApps } from './tool-app.ts';
import { SamplingError } from './sampling-error.ts';
import { toolOutput } from './tool-output.ts';
import type { ListedTool } from './tool-specs.ts';

export interface McpToolPorts {
  readonly hub: Pick<McpConnectionsHub, 'callTool'>;
  readonly directory: Pick<ServerDirectory, 'find'>;
  readonly targets: ServerTargets;
  readonly isSignedIn: (serverId: string, userId: UserId) => Promise<boolean>;
  /** Absent: apps are not shown. */
  readonly apps?: ToolApps | undefined;
  /** Absent: servers get no answers of models. */
  readonly sample?: Sample | undefined;
}

/** A server's tool for one person. */
export function createMcpTool(
  { spec, tool }: ListedTool,
  definition: McpDefinition,
  caller: Pick<ToolCaller, 'userId' | 'role'>,
  ports: McpToolPorts,
): Tool {
  const { directory, targets, isSignedIn } = ports;

  /** What is true now: a run may have waited for days. */
  async function reach(): Promise<McpTarget | string> {
    const found = (await directory.find(caller, [definition.name])).get(definition.name);
    if (found === undefined) return `${definition.title} does not exist any more, or is not shared with this user.`;
    if (found.definition.id !== definition.id) return `${definition.title} has changed meanwhile, so nothing was done.`;
    const outcome = await targets.of(found.definition, caller.userId);
    if (outcome.kind === 'ready') return outcome.target;
    const wanted = outcome.variables.map(({ title }) => title).join(', ');
    return `${definition.title} needs something of its user first, in the list of MCP servers: ${wanted}.`;
  }

  async function call(target: McpTarget, input: ToolInput, context: ToolContext): Promise<McpToolResult> {
    const { sample } = ports;
    return await ports.hub.callTool(
      target,
      {
        name: tool.name,
        arguments: input,
        onProgress: context.report,
        onElicit: (question) => askPerson(question, spec.source, context),
        ...(sample === undefined
          ? {}
          : { onSample: (request, signal) => answerForServer(request, spec.source, context, sample, signal) }),
      },
      context.signal,
    );
  }

  async function runAt(target: McpTarget, input: ToolInput, context: ToolContext, mayAsk: MayAsk): Promise<ToolResult> {
    try {
      const result = await call(target, input, context);
      const app = await ports.apps?.of({ target, tool, input, result }, context.signal);
      return withApp(toolOutput(result), app);
    } catch (error) {
      context.signal.throwIfAborted();
      if (error instanceof SamplingError) return { output: error.message, failed: true };
      if (!(error instanceof McpError)) throw error;
      if (mayAsk === 'yes' && asksForSignIn(error) && (await isSignInWanted(spec.source, context))) {
        targets.noteSignInAsked(definition);
        const again = await reach();
        if (typeof again !== 'string') return await runAt(again, input, context, 'no');
      }
      return { output: callFailure(error, definition.title), failed: true };
    }
  }

  return {
    spec,

    async inputNeeded(): Promise<InputRequest | undefined> {
      if (!targets.needsSignIn(definition) || (await isSignedIn(definition.id, caller.userId))) return undefined;
      return { kind: 'sign-in', source: spec.source };
    },

    async run(input, context) {
      const target = await reach();
      if (typeof target === 'string') return { output: target, failed: true };
      return await runAt(target, input, context, 'yes');
    },
  };
}

/** The app comes first: it is what its server wants to be looked at. */
function withApp(result: ToolResult, app: ToolAttachment | string | undefined): ToolResult {
  if (app === undefined) return result;
  if (typeof app === 'string') return { ...result, output: `${result.output}\n\n${app}` };
  return { ...result, attachments: [app, ...(result.attachments ?? [])] };
}

type MayAsk = 'yes' | 'no';

/** The server did not begin the call because of who asked. */
function asksForSignIn({ code, mayHaveRun }: McpError): boolean {
  return (code === 'sign-in-needed' || code === 'insufficient-scope') && !mayHaveRun;
}

async function isSignInWanted(source: ToolSource, context: ToolContext): Promise<boolean> {
  return (await context.ask({ kind: 'sign-in', source })).kind === 'accept';
}

import type { AgentRef, ToolRef } from '@parley/contracts';
import { hashedName, slug, toolDigest, toolName } from '../../tool-identity.ts';
import type { Tool, ToolSpec } from '../../tools/tool.ts';
import type { OtherAgent, TurnSetup } from '../turn-setup.ts';

/** What a model may call in a turn: a tool, another agent that works for it, or one that goes on in its place. */
export type Callable =
  | { readonly kind: 'tool'; readonly spec: ToolSpec; readonly tool: Tool }
  | { readonly kind: 'sub-agent' | 'hand-off'; readonly spec: ToolSpec; readonly agent: AgentRef };

/** The other agents of a setup as tools. Their names are the same in every step. */
export function agentTools({
  subAgents,
  handOffs,
  toolbox,
}: Pick<TurnSetup, 'subAgents' | 'handOffs' | 'toolbox'>): Callable[] {
  const taken = new Set<string>();
  function nameOf(prefix: string, { agent }: OtherAgent): string {
    const ref = refOf(agent);
    const plain = toolName(`${prefix}${slug(agent.name, 'agent')}`, ref);
    const isFree = !taken.has(plain) && toolbox.find(plain) === undefined;
    const name = isFree ? plain : hashedName(plain, ref);
    taken.add(name);
    return name;
  }
  return [
    ...subAgents.map((other): Callable => {
      const name = nameOf('ask_', other);
      return { kind: 'sub-agent', agent: other.agent, spec: specOf(name, other, asking) };
    }),
    ...handOffs.map((other): Callable => {
      const name = nameOf('hand_over_to_', other);
      return { kind: 'hand-off', agent: other.agent, spec: specOf(name, other, passing) };
    }),
  ];
}

/** What the model calls `name`, whether it was offered or not. */
export function findCallable(setup: TurnSetup, name: string): Callable | undefined {
  const tool = setup.toolbox.find(name);
  if (tool !== undefined) return { kind: 'tool', spec: tool.spec, tool };
  return agentTools(setup).find(({ spec }) => spec.name === name);
}

interface Kind {
  readonly description: string;
  readonly inputSchema: ToolSpec['inputSchema'];
}

const asking: Kind = {
  description: 'Asks another agent to do a task and answers with its result. It knows only what the task says.',
  inputSchema: {
    type: 'object',
    properties: { task: { type: 'string', minLength: 1, description: 'All that the agent needs to know.' } },
    required: ['task'],
    additionalProperties: false,
  },
};

const passing: Kind = {
  description: 'Passes the conversation on to another agent, which reads all of it and answers in your place.',
  inputSchema: {
    type: 'object',
    properties: { note: { type: 'string', description: 'What the agent should know beside the conversation.' } },
    additionalProperties: false,
  },
};

function specOf(name: string, { agent, description }: OtherAgent, kind: Kind): ToolSpec {
  const about = description === '' ? agent.name : `${agent.name}: ${description}`;
  const text = `${kind.description} The agent is ${about}`;
  return {
    name,
    ref: refOf(agent),
    title: agent.name,
    source: { kind: 'agent', id: agent.id, title: agent.name },
    description: text,
    inputSchema: kind.inputSchema,
    hints: { readOnly: false, destructive: false, idempotent: true, openWorld: false },
    isTrusted: true,
    needsNoApproval: true,
    digest: toolDigest(name, text, kind.inputSchema),
  };
}

function refOf({ id }: AgentRef): ToolRef {
  return `agent/${id}`;
}

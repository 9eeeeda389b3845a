import { agentIdSchema, conversationIdSchema, userIdSchema } from '@parley/contracts';
import type { AgentRef, InputAnswer, InputRequest, ToolEffect } from '@parley/contracts';
import type { ProviderStrategy } from '@parley/gateway';
import type { Tool, ToolApprovals, Toolbox, ToolCaller, ToolResult, ToolResults, ToolSpec } from '../../tools/tool.ts';
import { commandId as idOf, generationId } from './messages.ts';
import { scriptedTarget } from './scripted-strategy.ts';
import type { GivenInput } from '../open-inputs.ts';
import { createOpenInputs } from '../open-inputs.ts';
import type { GivenInputs } from '../turn-ports.ts';
import type { TurnEvent } from '../turn-event.ts';
import type { TurnSetup } from '../turn-setup.ts';

export const caller: ToolCaller = {
  userId: userIdSchema.parse('00000000-0000-4000-8000-000000000009'),
  role: 'USER',
  conversationId: conversationIdSchema.parse('00000000-0000-4000-8000-000000000002'),
  generationId,
};

interface ToolOptions extends Partial<Pick<Tool, 'inputNeeded'>> {
  readonly spec?: Partial<ToolSpec>;
  readonly hints?: Partial<ToolSpec['hints']>;
}

/** A tool that has an effect, unless its hints say otherwise. */
export function tool(name: string, run: Tool['run'], { spec, hints, inputNeeded }: ToolOptions = {}): Tool {
  return {
    spec: {
      name,
      ref: name,
      title: `Title of ${name}`,
      source: { kind: 'built-in', title: 'Built in' },
      description: `What ${name} does.`,
      inputSchema: { type: 'object' },
      hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false, ...hints },
      isTrusted: true,
      digest: name,
      ...spec,
    },
    run,
    ...(inputNeeded === undefined ? {} : { inputNeeded }),
  };
}

/** A toolbox that offers all it has. */
export function toolboxOf(tools: readonly Tool[], notices: readonly string[] = []): Toolbox {
  return { offered: () => tools, find: (name) => tools.find(({ spec }) => spec.name === name), notices };
}

export const toolSays = (output: string): Promise<ToolResult> => Promise.resolve({ output, failed: false });

export function setupWith(strategy: ProviderStrategy, tools: readonly Tool[] = [], more: Partial<TurnSetup> = {}): TurnSetup {
  return {
    role: 'USER',
    agent: undefined,
    model: {
      strategy,
      target: scriptedTarget,
      endpoint: {
        name: 'Scripted',
        label: 'Scripted',
        type: 'custom',
        baseUrl: '',
        apiKey: '',
        models: { default: ['scripted-1'], fetch: false },
        headers: {},
        titleConvo: false,
      },
    },
    modelName: 'scripted-1',
    instructions: [],
    parameters: {},
    toolbox: toolboxOf(tools),
    subAgents: [],
    handOffs: [],
    limits: { steps: 25, seconds: null, costMicroUsd: null },
    costOf: () => undefined,
    ...more,
  };
}

/** Approvals by a tool's name; everything is allowed unless told. What was remembered and refused is listed. */
export function approvalsOf(effects: Readonly<Record<string, ToolEffect>> = {}) {
  const remembered: string[] = [];
  const refused: string[] = [];
  const approvals: ToolApprovals = {
    decide: (_caller, { name }) =>
      Promise.resolve({ effect: effects[name] ?? 'allow', scopes: ['once', 'conversation', 'always'] }),
    remember: (_caller, { name }, scope) => Promise.resolve(void remembered.push(`${name} ${scope}`)),
    noteRefusal: (_caller, { name }, _call, reason) => Promise.resolve(void refused.push(`${name} ${reason}`)),
  };
  return { approvals, remembered, refused };
}

/** Keeps a thousand characters of a result. */
export const shortResults: ToolResults = {
  keep: (_caller, _callId, { output }) => Promise.resolve({ output: output.slice(0, 1_000) }),
};

/** A user who answers what was asked so far when told to; hears of every event of a turn. */
export function createUser() {
  const inputs = createOpenInputs();
  const listeners = new Set<() => void>();
  const requests = new Map<string, InputRequest>();
  const accepted = new Set<string>();
  let n = 0;
  let commands = 0;
  const ports: GivenInputs = {
    given(callId) {
      const given = inputs.given(callId);
      return given === undefined || accepted.has(given.commandId) ? undefined : given;
    },
    accept: ({ commandId }) => void accepted.add(commandId),
    onGiven(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return {
    ports,
    requests,
    listeners: () => listeners.size,
    hears(event: TurnEvent): void {
      inputs.take({ ...event, n });
      n += 1;
      if (event.type === 'input-requested') requests.set(event.callId, event.request);
    },
    answers(callId: string, answer: InputAnswer): void {
      commands += 1;
      const at = '2026-01-01T00:00:00.000Z';
      const given: GivenInput = { type: 'input-given', commandId: idOf(commands), callId, answer, at };
      if (inputs.take(given)) for (const listener of listeners) listener();
    },
  };
}

export function agentRef(number: number, name = `Agent ${number}`): AgentRef {
  const id = agentIdSchema.parse(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`);
  return { id, version: 1, name };
}

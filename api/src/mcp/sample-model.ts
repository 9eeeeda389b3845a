import type { McpSamplingAnswer, McpSamplingRequest } from '@parley/mcp';
import { agentsEndpoint } from '@parley/contracts';
import type { ModelRequest, Turn } from '@parley/gateway';
import type { AgentVersionRepository } from '../database/repositories/agent-version-repository.ts';
import type { GenerationRecord, GenerationRepository } from '../database/repositories/generation-repository.ts';
import type { ModelService } from '../models/model-service.ts';
import { orAborted } from '../or-aborted.ts';
import type { Sample } from './answer-for-server.ts';

interface SampleModelOptions {
  readonly models: Pick<ModelService, 'resolve'>;
  readonly generations: Pick<GenerationRepository, 'find'>;
  readonly agentVersions: Pick<AgentVersionRepository, 'find'>;
}

/** Tokens and characters of an answer at most, whatever a server wants. */
const mostTokens = 8_192;
const longestAnswer = 100_000;

/** Lets the model of the turn answer for a server: it sees what the server wrote, and nothing of the conversation. */
export function createSampleModel({ models, generations, agentVersions }: SampleModelOptions): Sample {
  async function modelOf({ endpoint, model, agent }: GenerationRecord): Promise<{ endpoint: string; model: string }> {
    if (endpoint !== agentsEndpoint || agent === undefined) return { endpoint, model };
    const version = await agentVersions.find(agent.id, agent.version);
    if (version === undefined) throw new Error('The agent of this turn is gone');
    return version.settings;
  }

  return async (request, { generationId }, signal) => {
    const generation = await generations.find(generationId);
    if (generation === undefined) throw new Error('The turn of this call is gone');
    const { endpoint, model } = await modelOf(generation);
    const { strategy, target } = await models.resolve(endpoint, model, signal);
    return await readAnswer(strategy.stream(toModelRequest(request, model), target, signal), model, signal);
  };
}

type Events = ReturnType<Awaited<ReturnType<ModelService['resolve']>>['strategy']['stream']>;

async function readAnswer(events: Events, model: string, signal: AbortSignal): Promise<McpSamplingAnswer> {
  const iterator = events[Symbol.asyncIterator]();
  let text = '';
  let stopReason = 'endTurn';
  try {
    for (;;) {
      const next = await orAborted(iterator.next(), signal);
      if (next.done === true) return { model, text, stopReason };
      const event = next.value;
      if (event.type === 'failure') throw event.error;
      if (event.type === 'text-delta') text += event.text;
      if (event.type === 'finish') stopReason = stopReasons[event.reason] ?? 'endTurn';
      if (text.length > longestAnswer) return { model, text: text.slice(0, longestAnswer), stopReason: 'maxTokens' };
    }
  } finally {
    // Nobody is left to be told of an error that comes after this.
    iterator.return?.().catch(() => undefined);
  }
}

/** MCP's words for why an answer ended. */
const stopReasons: Readonly<Record<string, string>> = { 'stop-sequence': 'stopSequence', length: 'maxTokens' };

function toModelRequest(request: McpSamplingRequest, model: string): ModelRequest {
  const { systemPrompt, messages, maxTokens, temperature, stopSequences } = request;
  return {
    model,
    instructions: systemPrompt === undefined ? [] : [systemPrompt],
    turns: messages.map(({ role, content }): Turn => {
      const texts = content.map((block) => (block.type === 'text' ? block.text : `[${block.type}]`));
      return { role, parts: texts.map((text) => ({ type: 'text', text })) };
    }),
    tools: [],
    sampling: {
      maxOutputTokens: Math.min(maxTokens, mostTokens),
      ...(temperature === undefined ? {} : { temperature }),
      ...(stopSequences === undefined ? {} : { stop: stopSequences }),
    },
  };
}

import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { cancelled, GatewayError } from '../../core/gateway-error.ts';
import type { ModelEvent, ModelUsage } from '../../core/model-event.ts';
import type { ModelRequest } from '../../core/model-request.ts';
import type { ProviderStrategy } from '../../core/provider-strategy.ts';
import { turnText } from './conversation.ts';
import type { GuideDocument } from './guide-document.ts';
import type { GuideScript, ScriptPart } from './guide-script.ts';
import { countTokens, splitTokens } from './guide-tokens.ts';
import { planAnswer } from './plan-answer.ts';
import { createSectionIndex } from './section-index.ts';
import type { SectionIndex } from './section-index.ts';

export interface GuideOptions {
  /** What answers are looked up in. */
  readonly documents: readonly GuideDocument[];
  /** Milliseconds between two tokens; 0 sends them at once. */
  readonly tokenDelayMs?: number;
}

/**
 * The offline model that comes with Parley: answers from the documentation and plays reasoning, tool calls and long
 * texts when asked. The same request always gives the same answer. Costs nothing and needs no network.
 */
export function createGuideStrategy({ documents, tokenDelayMs = 11 }: GuideOptions): ProviderStrategy {
  // Made by the first question: it takes 15 ms, and most gateways are never asked one.
  let index: SectionIndex | undefined;
  return {
    dialect: 'guide',
    async *stream(request, target, signal) {
      const id = `guide-${createHash('sha256')
        .update(JSON.stringify([request.instructions, request.turns]))
        .digest('hex')
        .slice(0, 24)}`;
      const script = withinLimits(planAnswer(request, (index ??= createSectionIndex(documents)), documents), request);
      const pace = createPace(tokenDelayMs, signal);
      yield { type: 'answer-start', id, model: target.model };
      for (const [part, content] of script.parts.entries()) {
        for (const event of eventsOf(content, part, id)) {
          await pace();
          yield event;
        }
      }
      yield { type: 'usage', usage: usageOf(request, script) };
      if (script.finish === 'failure') yield { type: 'failure', error: askedFailure() };
      else yield { type: 'finish', reason: script.finish };
    },
  };
}

function askedFailure(): GatewayError {
  return new GatewayError('stream-cut', {
    message: 'The guide broke off in the middle of its answer, as it was asked to.',
  });
}

function eventsOf(content: ScriptPart, part: number, id: string): ModelEvent[] {
  switch (content.type) {
    case 'text':
      return splitTokens(content.text).map((text) => ({ type: 'text-delta', part, text }));
    case 'reasoning':
      return splitTokens(content.text).map((text) => ({ type: 'reasoning-delta', part, text }));
    case 'tool-call': {
      const call = {
        type: 'tool-input-delta',
        part,
        callId: `call_${id.slice(-12)}_${part}`,
        name: content.name,
      } as const;
      return splitTokens(content.input).map((text) => ({ ...call, text }));
    }
    case 'source': {
      const { title, url, excerpt } = content;
      return [{ type: 'source', part, id: `source-${part}`, title, url, excerpt }];
    }
    default:
      return content satisfies never;
  }
}

/** Waits until the next token is due. Counted from the start, so that late timers do not add up. */
function createPace(delay: number, signal: AbortSignal): () => Promise<void> {
  const startedAt = performance.now();
  let tokens = 0;
  return async () => {
    if (signal.aborted) throw cancelled(signal.reason);
    if (delay === 0) return;
    tokens += 1;
    const early = startedAt + tokens * delay - performance.now();
    if (early <= 0) return;
    try {
      await wait(early, undefined, { signal });
    } catch (error) {
      throw cancelled(error);
    }
  };
}

/** Obeys a stop sequence and the limit on output tokens. */
function withinLimits(script: GuideScript, { sampling }: ModelRequest): GuideScript {
  const parts: ScriptPart[] = [];
  let left = sampling.maxOutputTokens ?? Infinity;
  for (const part of script.parts) {
    if (part.type === 'source') {
      parts.push(part);
      continue;
    }
    const whole = part.type === 'text' ? upToStop(part.text, sampling.stop ?? []) : spoken(part);
    const tokens = splitTokens(whole);
    const kept = tokens.length > left ? tokens.slice(0, left).join('') : whole;
    parts.push(part.type === 'tool-call' ? { ...part, input: kept } : { ...part, text: kept });
    left -= tokens.length;
    if (left < 0) return { parts, finish: 'length' };
    if (whole !== spoken(part)) return { parts, finish: 'stop' };
  }
  return { parts, finish: script.finish };
}

function upToStop(text: string, stops: readonly string[]): string {
  const ends = stops
    .filter((stop) => stop !== '')
    .map((stop) => text.indexOf(stop))
    .filter((at) => at !== -1);
  return ends.length === 0 ? text : text.slice(0, Math.min(...ends));
}

function spoken(part: ScriptPart): string {
  if (part.type === 'source') return '';
  return part.type === 'tool-call' ? part.input : part.text;
}

function usageOf(request: ModelRequest, { parts }: GuideScript): ModelUsage {
  const count = (kind: ScriptPart['type']): number =>
    parts.filter((part) => part.type === kind).reduce((sum, part) => sum + countTokens(spoken(part)), 0);
  const read = [
    ...request.instructions,
    ...request.turns.map((turn) => turnText(turn)),
    ...request.tools.map((tool) => JSON.stringify(tool)),
  ];
  const reasoning = count('reasoning');
  return {
    input: read.reduce((sum, text) => sum + countTokens(text), 0),
    output: count('text') + reasoning + count('tool-call'),
    ...(reasoning > 0 ? { reasoning } : {}),
  };
}

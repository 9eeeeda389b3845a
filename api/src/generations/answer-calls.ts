import type { MessagePart, ToolCallPart } from '@parley/contracts';
import { orAborted } from '../or-aborted.ts';
import type { Tool, ToolResult, Tools } from './tool.ts';
import type { TurnEvent } from './turn-event.ts';

export interface ToolRound {
  readonly answer: readonly MessagePart[];
  readonly step: number;
  /** An earlier producer has begun this round, and may have run any call that has no result. */
  readonly isContinued: boolean;
}

interface ToolRoundPorts {
  readonly tools: Tools;
  /** Ends the round; its reason is thrown. */
  readonly signal: AbortSignal;
  /** Resolves when everything yielded so far is in the log. */
  readonly written: () => Promise<void>;
}

/** One round of tool calls: the answer with their results. A call that may have had its effect is never run again. */
export async function* answerCalls(
  { answer, step, isContinued }: ToolRound,
  { tools, signal, written }: ToolRoundPorts,
): AsyncGenerator<TurnEvent, readonly MessagePart[]> {
  const answered: MessagePart[] = [];
  let isBeginKnown = false;

  async function resultOf(call: ToolCallPart): Promise<ToolResult> {
    const tool = tools.find(call.name);
    if (tool === undefined) return failure(`This install has no tool named “${call.name}”.`);
    if (isContinued && !isRepeatable(tool)) return failure('The call was interrupted; its outcome is unknown.');
    // Whoever continues this round must know that it was begun.
    if (!isBeginKnown) await written();
    isBeginKnown = true;
    return await run(tool, call, signal);
  }

  for (const part of answer) {
    if (isUnanswered(part)) {
      const { output, failed } = await resultOf(part);
      yield { type: 'tool-result', step, callId: part.callId, output, failed };
      answered.push({ ...part, output, state: failed ? 'failed' : 'done' });
    } else {
      answered.push(part);
    }
  }
  return answered;
}

export function isUnanswered(part: MessagePart): part is ToolCallPart {
  return part.type === 'tool-call' && part.state === 'called';
}

function isRepeatable({ spec }: Tool): boolean {
  return spec.readOnly || spec.idempotent;
}

async function run(tool: Tool, { callId, input, name }: ToolCallPart, signal: AbortSignal): Promise<ToolResult> {
  let value: unknown;
  try {
    value = JSON.parse(input === '' ? '{}' : input);
  } catch {
    return failure('The input is not valid JSON.');
  }
  try {
    return await orAborted(tool.run(value, { callId, signal }), signal);
  } catch {
    signal.throwIfAborted();
    return failure(`The tool “${name}” failed.`);
  }
}

function failure(output: string): ToolResult {
  return { output, failed: true };
}

import { randomUUID } from 'node:crypto';
import type { DecoderOptions, FrameDecoder, FrameVerdict } from '../../core/codec.ts';
import type { ModelEvent } from '../../core/model-event.ts';
import { jsonTextsAt } from '../../transport/json-text.ts';
import { parseJson } from '../../transport/parse-json.ts';
import { createAnswerState, decoderOf } from '../answer-state.ts';
import { countIn } from '../json-fields.ts';
import { mintCallId } from '../mint-call-id.ts';
import { reportedFault, unreadable } from '../stream-faults.ts';
import { chatLineSchema } from './chat-line.ts';
import type { ChatLine } from './chat-line.ts';
import { readOllamaError } from './ollama-error.ts';

interface Reading {
  readonly verdict: FrameVerdict;
  readonly events: readonly ModelEvent[];
}

/** Turns the lines of an `/api/chat` answer into model events. The answer is whole when a line says `done`. */
export function createOllamaDecoder(options: DecoderOptions): FrameDecoder {
  const { target } = options;
  const answer = createAnswerState(options);
  let idSeed = '';

  function read(line: ChatLine, text: string): Reading {
    idSeed ||= line.created_at || randomUUID();
    const events = answer.start('', line.model);
    const before = events.length;
    const { content, thinking, tool_calls: calls } = line.message ?? {};
    if (thinking) events.push({ type: 'reasoning-delta', part: answer.partOf('reasoning'), text: thinking });
    if (content) events.push({ type: 'text-delta', part: answer.partOf('text'), text: content });
    const inputs = calls?.length
      ? jsonTextsAt(text, ['message', 'tool_calls', '*', 'function', 'arguments'])
      : new Map<string, string>();
    for (const [position, call] of (calls ?? []).entries()) {
      if (!call?.function?.name) continue;
      const { part, call: number } = answer.nextCall();
      const input = inputs.get(String(position));
      events.push({
        type: 'tool-input-delta',
        part,
        callId: call.id || mintCallId(idSeed, number),
        name: call.function.name,
        text: input?.startsWith('{') ? input : '{}',
      });
    }
    if (line.done) finish(line);
    if (events.length > before) return { verdict: 'content', events };
    return { verdict: line.done ? 'done' : 'lifecycle', events };
  }

  function finish({ done_reason: reason, prompt_eval_count: prompt, eval_count: said }: ChatLine): void {
    const input = countIn(prompt);
    const output = countIn(said);
    // A prompt that Ollama still had in its cache is not counted.
    if (input !== undefined || output !== undefined) answer.count({ input: input ?? 0, output: output ?? 0 });
    answer.finish(reason === 'length' ? 'length' : 'stop');
  }

  function readText(text: string): Reading | undefined {
    const json = parseJson(text);
    const parsed = chatLineSchema.safeParse(json);
    if (!parsed.success) return undefined;
    if (!parsed.data.error) return read(parsed.data, text);
    answer.fail(reportedFault(readOllamaError(json, target) ?? {}, target));
    return { verdict: 'failure', events: [] };
  }

  return decoderOf(answer, {
    push(frame) {
      if (frame.data === undefined) return { verdict: 'comment', events: [] };
      const reading = readText(frame.data);
      if (reading) return reading;
      answer.skip(frame);
      return { verdict: 'malformed', events: [] };
    },
    pushWhole(body) {
      const reading = readText(body);
      if (reading) return reading;
      throw unreadable(target);
    },
  });
}

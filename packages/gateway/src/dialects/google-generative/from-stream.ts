import { randomUUID } from 'node:crypto';
import type { DecoderOptions, Frame, FrameDecoder, FrameVerdict } from '../../core/codec.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ModelEvent, ModelFinishReason, ModelUsage } from '../../core/model-event.ts';
import { jsonTextsAt } from '../../transport/json-text.ts';
import { parseJson } from '../../transport/parse-json.ts';
import { createAnswerState, decoderOf } from '../answer-state.ts';
import { countIn, fieldsIn, isFields, textIn, wordIn } from '../json-fields.ts';
import type { Fields } from '../json-fields.ts';
import { mintCallId } from '../mint-call-id.ts';
import { reportedFault, unreadable } from '../stream-faults.ts';
import { readGoogleError } from './google-error.ts';

type Path = readonly (string | number)[];
interface Reading {
  readonly verdict: FrameVerdict;
  readonly events: readonly ModelEvent[];
}

/** Reasons with an answer behind them; words nobody knows mean an ordinary end. */
const finishReasons: Readonly<Record<string, ModelFinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  CONTINUATION: 'pause',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  LANGUAGE: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
};

/** Reasons that say the answer is no answer. */
const faults = new Set([
  'MALFORMED_FUNCTION_CALL',
  'UNEXPECTED_TOOL_CALL',
  'TOO_MANY_TOOL_CALLS',
  'MALFORMED_RESPONSE',
  'NO_IMAGE',
  'IMAGE_OTHER',
  'OTHER',
]);

/**
 * Turns the pieces of a `streamGenerateContent` answer into model events. Only the first candidate is read. There is no
 * terminal event: the answer is whole when a finish reason came.
 */
export function createGoogleDecoder(options: DecoderOptions): FrameDecoder {
  const { target } = options;
  const answer = createAnswerState(options);
  let idSeed = '';
  const sources = new Set<string>();

  function read(chunk: Fields, text: string, path: Path): Reading {
    const id = textIn(chunk['responseId']);
    idSeed ||= id ?? randomUUID();
    const events = answer.start(id, textIn(chunk['modelVersion']));
    const before = events.length;
    const usage = chunk['usageMetadata'];
    if (isFields(usage)) answer.count(readUsage(usage));
    const found = firstCandidate(chunk['candidates']);
    if (!found) return readPrompt(chunk, events, isFields(usage));
    const { candidate, position } = found;
    readParts(candidate['content'], events, { text, path: [...path, 'candidates', position, 'content', 'parts'] });
    readSources(candidate['groundingMetadata'], events);
    const reason = textIn(candidate['finishReason']);
    if (reason !== undefined) finish(reason, textIn(candidate['finishMessage']));
    return { verdict: events.length > before || reason !== undefined ? 'content' : 'lifecycle', events };
  }

  /** A piece without an answer: usage only, or the news that there will be none. */
  function readPrompt({ promptFeedback }: Fields, events: ModelEvent[], hasUsage: boolean): Reading {
    const blocked = isFields(promptFeedback) ? textIn(promptFeedback['blockReason']) : undefined;
    if (blocked === undefined || !isFields(promptFeedback))
      return { verdict: hasUsage ? 'usage' : 'lifecycle', events };
    const words = textIn(promptFeedback['blockReasonMessage']) ?? blocked;
    const message = `${target.provider} refused the prompt: ${words}.`;
    answer.fail(new GatewayError('content-filtered', { message, vendorCode: blocked }));
    return { verdict: 'failure', events };
  }

  function readParts(content: unknown, events: ModelEvent[], at: { text: string; path: Path }): void {
    const parts: unknown = isFields(content) ? content['parts'] : undefined;
    if (!Array.isArray(parts)) return;
    let inputs: ReadonlyMap<string, string> | undefined;
    for (const [position, part] of parts.entries()) {
      if (!isFields(part)) continue;
      const { functionCall } = part;
      const name = isFields(functionCall) ? textIn(functionCall['name']) : undefined;
      const text = textIn(part['text']);
      if (isFields(functionCall) && name !== undefined) {
        const { part: number, call } = answer.nextCall();
        const callId = textIn(functionCall['id']) ?? mintCallId(idSeed, call);
        inputs ??= jsonTextsAt(at.text, [...at.path, '*', 'functionCall', 'args']);
        const input = inputs.get(String(position));
        events.push({
          type: 'tool-input-delta',
          part: number,
          callId,
          name,
          text: input?.startsWith('{') ? input : '{}',
        });
      } else if (text !== undefined) {
        const kind = part['thought'] === true ? 'reasoning' : 'text';
        events.push({ type: `${kind}-delta`, part: answer.partOf(kind), text });
      }
      const value = textIn(part['thoughtSignature']);
      if (value === undefined) continue;
      // A signature may come alone, in an empty text after everything it stands for.
      const number = answer.lastPart ?? answer.partOf('text');
      events.push({ type: 'part-signature', part: number, signature: { dialect: 'google-generative', value } });
    }
  }

  function readSources(grounding: unknown, events: ModelEvent[]): void {
    if (!isFields(grounding)) return;
    for (const { web } of fieldsIn(grounding['groundingChunks'])) {
      const url = isFields(web) ? textIn(web['uri']) : undefined;
      if (!isFields(web) || url === undefined || sources.has(url)) continue;
      sources.add(url);
      const part = answer.nextPart();
      events.push({ type: 'source', part, id: `source-${part}`, title: textIn(web['title']) ?? url, url });
    }
  }

  function finish(reason: string, words: string | undefined): void {
    if (faults.has(reason)) {
      const message = `${target.provider} ended the answer with an error: ${words ?? reason}.`;
      answer.fail(new GatewayError('upstream-error', { message, vendorCode: reason }));
    } else answer.finish(wordIn(finishReasons, reason) ?? 'stop');
  }

  /** `path` leads to the value inside `text`. */
  function readValue(value: unknown, text: string, path: Path): Reading | undefined {
    if (!isFields(value)) return undefined;
    if (!value['error']) return read(value, text, path);
    answer.fail(reportedFault(readGoogleError(value, target) ?? {}, target));
    return { verdict: 'failure', events: [] };
  }

  return decoderOf(answer, {
    push(frame) {
      const text = textOf(frame);
      if (text === undefined) return { verdict: 'comment', events: [] };
      const json = parseJson(text);
      const reading = readValue(Array.isArray(json) ? json[0] : json, text, Array.isArray(json) ? [0] : []);
      if (reading) return reading;
      answer.skip(frame);
      return { verdict: 'malformed', events: [] };
    },
    pushWhole(body) {
      const json = parseJson(body);
      const isList = Array.isArray(json);
      const readings = (isList ? json : [json]).map((value: unknown, position) =>
        readValue(value, body, isList ? [position] : []),
      );
      if (readings.length === 0 || readings.includes(undefined)) {
        throw unreadable(target);
      }
      const events = readings.flatMap((reading) => reading?.events ?? []);
      return { verdict: readings.some((reading) => reading?.verdict === 'failure') ? 'failure' : 'content', events };
    },
  });
}

/** An error in the middle of a stream may come as bare JSON, without the framing of events. */
function textOf({ data, raw }: Frame): string | undefined {
  if (data !== undefined) return data.trim() === '' || data.trim() === '[DONE]' ? undefined : data;
  const bare = raw.toString('utf8').trim();
  return bare.startsWith('{') || bare.startsWith('[') ? bare : undefined;
}

/** Of several candidates only the first is read. */
function firstCandidate(candidates: unknown): { candidate: Fields; position: number } | undefined {
  if (!Array.isArray(candidates)) return undefined;
  for (const [position, candidate] of candidates.entries()) {
    if (isFields(candidate) && (candidate['index'] ?? 0) === 0) return { candidate, position };
  }
  return undefined;
}

/** Candidates come without thoughts here, and what tools put into the prompt is counted apart. */
function readUsage(usage: Fields): Partial<ModelUsage> {
  const prompt = countIn(usage['promptTokenCount']);
  const candidates = countIn(usage['candidatesTokenCount']);
  const thoughts = countIn(usage['thoughtsTokenCount']);
  const cached = countIn(usage['cachedContentTokenCount']);
  const said = candidates !== undefined || thoughts !== undefined;
  return {
    ...(prompt === undefined ? {} : { input: prompt + (countIn(usage['toolUsePromptTokenCount']) ?? 0) }),
    ...(said ? { output: (candidates ?? 0) + (thoughts ?? 0) } : {}),
    ...(cached === undefined ? {} : { cachedInput: cached }),
    ...(thoughts === undefined ? {} : { reasoning: thoughts }),
  };
}

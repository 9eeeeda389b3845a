/** How the upstream answers: whole, as a stream at once, at a pace, or a short stream whose first content is timed. */
export const answerKinds = ['whole', 'burst', 'paced', 'first'] as const;
export type AnswerKind = (typeof answerKinds)[number];
export type MockDialect = 'chat' | 'messages';

/** Tokens of a stream by kind; each comes in an event of its own. */
export const tokensOf: Readonly<Record<AnswerKind, number>> = { whole: 0, burst: 200, paced: 200, first: 6 };
/** Milliseconds between two events of a paced stream, and of a short one. */
export const paceMsOf: Readonly<Record<AnswerKind, number>> = { whole: 0, burst: 0, paced: 20, first: 2 };

/** The numbered token that an event of a stream carries. */
function token(index: number): string {
  return `w${String(index).padStart(4, '0')} `;
}

/** All tokens of a stream in their order, as a client must see them. */
export function tokensInOrder(count: number): string {
  return Array.from({ length: count }, (_, index) => token(index)).join('');
}

/** What a whole answer says: it makes the body of 1.3 kB. */
export const wholeText = 'A gateway stands between an application and its models. '.repeat(18).trim();

/** Of every answer. */
export const usage = { prompt_tokens: 215, completion_tokens: 200, total_tokens: 415 };
/** In a chat completions stream that tells usage. */
export const usageMark = '"total_tokens":415';
const chatHead = { id: 'chatcmpl-bench0001', created: 1_700_000_000, model: 'bench', system_fingerprint: 'fp_bench' };

/** The body of a whole chat completion. */
export function wholeChatBody(): Buffer {
  const message = { role: 'assistant', content: wholeText, refusal: null };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }];
  return Buffer.from(JSON.stringify({ ...chatHead, object: 'chat.completion', choices, usage }));
}

/** A stream in pieces: what comes before the tokens, one event for each of them, and what ends it. */
export interface StreamPieces {
  readonly opening: Buffer;
  readonly tokens: readonly Buffer[];
  readonly closing: Buffer;
  /** The end for a client that did not ask for usage. */
  readonly closingWithoutUsage: Buffer;
}

export function streamPieces(dialect: MockDialect, count: number): StreamPieces {
  return dialect === 'chat' ? chatPieces(count) : messagesPieces(count);
}

function chatPieces(count: number): StreamPieces {
  const event = (delta: object, reason: string | null = null): string => {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason: reason }];
    return `data: ${JSON.stringify({ ...chatHead, object: 'chat.completion.chunk', choices, usage: null })}\n\n`;
  };
  const last = JSON.stringify({ ...chatHead, object: 'chat.completion.chunk', choices: [], usage });
  return {
    opening: Buffer.from(event({ role: 'assistant', content: '', refusal: null })),
    tokens: Array.from({ length: count }, (_, index) => Buffer.from(event({ content: token(index) }))),
    closing: Buffer.from(`${event({}, 'stop')}data: ${last}\n\ndata: [DONE]\n\n`),
    closingWithoutUsage: Buffer.from(`${event({}, 'stop')}data: [DONE]\n\n`),
  };
}

function messagesPieces(count: number): StreamPieces {
  const shell = { id: 'msg_bench0001', type: 'message', role: 'assistant', model: 'bench', content: [] };
  const begun = { ...shell, stop_reason: null, stop_sequence: null, usage: { input_tokens: 215, output_tokens: 1 } };
  const block = { index: 0, content_block: { type: 'text', text: '' } };
  const delta = (_: unknown, index: number): Buffer =>
    messagesEvent('content_block_delta', { index: 0, delta: { type: 'text_delta', text: token(index) } });
  const stopped = { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 200 } };
  const closing = Buffer.concat([
    messagesEvent('content_block_stop', { index: 0 }),
    messagesEvent('message_delta', stopped),
    messagesEvent('message_stop', {}),
  ]);
  return {
    opening: Buffer.concat([
      messagesEvent('message_start', { message: begun }),
      messagesEvent('content_block_start', block),
    ]),
    tokens: Array.from({ length: count }, delta),
    closing,
    closingWithoutUsage: closing,
  };
}

function messagesEvent(type: string, fields: object): Buffer {
  return Buffer.from(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
}

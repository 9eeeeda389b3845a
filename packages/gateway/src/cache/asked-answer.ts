import type { Call } from '../core/call.ts';
import { GatewayError } from '../core/gateway-error.ts';
import type { ModelRequest } from '../core/model-request.ts';
import { digest } from './digest.ts';
import { without } from './without.ts';

/** What a client asked for, as a cache looks at it. */
export interface AskedAnswer {
  readonly call: Call;
  readonly request: ModelRequest;
  /** The client's own body, where an answer may come in the bytes of its dialect. */
  readonly body?: AskedBody;
}

export interface AskedBody {
  /** Without the model's name and the wish for a stream. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Of the bytes as they came, and of the form that was asked for. */
  readonly fingerprint: string;
  /** Figures beyond what JavaScript's numbers can tell apart, in no order. */
  readonly longFigures: readonly string[];
}

/** Tells a client's own body from every other; Google's says nothing of streams, so that the wish for one is a part. */
export function fingerprintOf({ wire, isStream }: Call): string | undefined {
  return wire && `${digest(wire.body)} ${isStream ? 'stream' : 'whole'}`;
}

/** Reads a call; undefined for one that cannot be read here, which is for others to refuse or to pass on. */
export function readAskedAnswer(call: Call, fingerprint = fingerprintOf(call)): AskedAnswer | undefined {
  try {
    const request = call.toRequest();
    if (call.wire === undefined || fingerprint === undefined) return { call, request };
    const text = call.wire.body.toString();
    const json: unknown = JSON.parse(text);
    if (!isObject(json)) return undefined;
    const longFigures = (text.match(/\d{16,}/g) ?? []).toSorted();
    return {
      call,
      request,
      body: {
        json: without(json, ['model', 'stream', 'stream_options']),
        fingerprint,
        longFigures,
      },
    };
  } catch (error) {
    if (error instanceof GatewayError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether an answer to it may be repeated at all: one answer, in text, from what was sent and nothing else. */
export function isRepeatable({ request, body }: AskedAnswer): boolean {
  const asked: Readonly<Record<string, unknown>> = body?.json ?? {};
  return [asked, request.extras ?? {}].every(
    (fields) => !asksForSeveral(fields) && !asksForMore(fields) && !hasLiveTools(fields['tools']),
  );
}

function asksForSeveral(fields: Readonly<Record<string, unknown>>): boolean {
  const { generationConfig } = fields;
  const counts = ['n', 'best_of', 'candidateCount', 'candidate_count'].map((name) => fields[name]);
  if (isObject(generationConfig)) counts.push(generationConfig['candidateCount']);
  return counts.some((count) => typeof count === 'number' && count > 1);
}

/** Searches, running conversations at the provider, and answers that are not texts. */
function asksForMore(fields: Readonly<Record<string, unknown>>): boolean {
  const { modalities, background } = fields;
  const isMoreThanText = Array.isArray(modalities) && modalities.some((each) => each !== 'text');
  const others = ['web_search_options', 'conversation', 'audio', 'mcp_servers', 'container', 'plugins'];
  return isMoreThanText || background === true || others.some((name) => (fields[name] ?? undefined) !== undefined);
}

/** Tools that the provider runs itself: searches, code, files. */
function hasLiveTools(tools: unknown): boolean {
  if (!Array.isArray(tools)) return false;
  return tools.some((tool: unknown) => {
    if (!isObject(tool)) return false;
    const { type } = tool;
    if (typeof type === 'string') return type !== 'function' && type !== 'custom';
    // Google has no types: each kind is a field of its own. Anthropic's plain tools have neither.
    return Object.keys(tool).some((name) => /^(google|code|url|file|retrieval|enterprise|computer)/i.test(name));
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

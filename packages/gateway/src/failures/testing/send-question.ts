import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** What came back, to the end of input or as far as it was read. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  /** The data of each server-sent event, or the whole body. */
  readonly objects: readonly string[];
  readonly isStream: boolean;
}

export interface Question {
  readonly url: string;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Leaves after that many characters. */
  readonly leaveAfter?: number | undefined;
}

const connections = new Agent({ keepAlive: true, maxSockets: 256 });

/** Posts a question and reads what comes, like a client without any library. */
export async function sendQuestion({ url, body, headers = {}, leaveAfter = Infinity }: Question): Promise<RawAnswer> {
  const response = await post(url, JSON.stringify(body), headers);
  let raw = '';
  response.setEncoding('utf8');
  try {
    for await (const piece of response) {
      raw += String(piece);
      if (raw.length >= leaveAfter) break;
    }
  } catch (error) {
    // A connection that breaks is heard as an answer without an end.
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
  const isStream = String(response.headers['content-type']).includes('text/event-stream');
  const whole = raw === '' ? [] : [raw];
  const objects = isStream ? [...raw.matchAll(/^data: (\{.*\})$/gm)].map(([, json = '']) => json) : whole;
  return { status: response.statusCode ?? 0, headers: response.headers, raw, objects, isStream };
}

function post(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const length = { 'content-length': Buffer.byteLength(body) };
    const sent = request(url, {
      method: 'POST',
      agent: connections,
      headers: { 'content-type': 'application/json', ...length, ...headers },
    });
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.end(body);
  });
}

import { readBounded } from '../outbound/read-bounded.ts';
import type { ToolInput, ToolResult } from '../tools/tool.ts';
import type { OpenApiOperation, OpenApiParameter } from './openapi-document.ts';

/** Milliseconds. */
const callDeadline = 30_000;
/** Bytes of an answer that are read. */
const answerLimit = 5 * 1024 * 1024;
/** UTF-16 units of an error's body that are passed on. */
const longestErrorBody = 2_000;
const unknownOutcome = 'It may have done what was asked all the same.';
/** What a description may not make a model set. */
const ownHeaders = new Set(['authorization', 'cookie', 'host', 'content-length', 'connection', 'transfer-encoding']);

/** How an operation's server knows who calls. */
export type ActionCredentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer' | 'basic'; readonly secret: string }
  /** `header` names a header, or is `query:<name>`. */
  | { readonly kind: 'header'; readonly secret: string; readonly header: string };

interface OperationCall {
  readonly operation: OpenApiOperation;
  readonly serverUrl: string;
  readonly credentials: ActionCredentials;
  /** Refuses addresses that may not be reached. */
  readonly fetch: typeof fetch;
}

/** Calls an operation. Everything that goes wrong at its server is a failed result; addresses that are refused throw. */
export async function callOperation(
  { operation, serverUrl, credentials, fetch }: OperationCall,
  input: ToolInput,
  signal: AbortSignal,
): Promise<ToolResult> {
  const wrong = findUnsendable(operation, input);
  if (wrong !== undefined) return failure(`“${wrong}” cannot be sent: it has characters that do not belong there.`);
  const { url, headers } = addressOf(operation, serverUrl, input);
  addCredentials(credentials, url, headers);
  const body = operation.body === undefined ? undefined : input['body'];
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  const limit = AbortSignal.timeout(callDeadline);
  try {
    const response = await fetch(url, {
      method: operation.method.toUpperCase(),
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, limit]),
    });
    return await read(response, credentials);
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted)
      return failure(`The server did not answer within ${callDeadline / 1000} seconds. ${unknownOutcome}`);
    // What fetch throws when the connection cannot be made, or breaks off.
    if (error instanceof TypeError) return failure(`The connection to the server failed. ${unknownOutcome}`);
    throw error;
  }
}

async function read(response: Response, credentials: ActionCredentials): Promise<ToolResult> {
  const bytes = await readBounded(response, answerLimit);
  if (bytes === undefined) return failure('The server’s answer is longer than 5 MB, which is more than is read.');
  const text = withoutSecret(new TextDecoder().decode(bytes), credentials);
  if (response.ok) return { output: text === '' ? `Done (${response.status}).` : text, failed: false };
  return failure(`The server answered ${response.status} ${response.statusText}.\n${text.slice(0, longestErrorBody)}`);
}

/** Some servers say again what they were sent; whoever an action is shared with must not read its key there. */
function withoutSecret(text: string, credentials: ActionCredentials): string {
  if (credentials.kind === 'none') return text;
  const { secret } = credentials;
  const spellings = [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)];
  return spellings.reduce((told, spelling) => told.replaceAll(spelling, '[key]'), text);
}

function addressOf(operation: OpenApiOperation, serverUrl: string, input: ToolInput): { url: URL; headers: Headers } {
  let { path } = operation;
  const query: [string, string][] = [];
  const headers = new Headers({ Accept: 'application/json, text/*;q=0.8, */*;q=0.1' });
  for (const parameter of operation.parameters) {
    const value = input[parameter.name];
    if (value === undefined || value === null) continue;
    const text = plainText(value);
    if (parameter.in === 'path') path = path.replaceAll(`{${parameter.name}}`, encodeURIComponent(text));
    else if (parameter.in === 'query') query.push(...queryOf(parameter, value));
    else if (parameter.in === 'header' && !ownHeaders.has(parameter.name.toLowerCase()))
      headers.set(parameter.name, text);
  }
  const url = new URL(serverUrl + path);
  for (const [name, value] of query) url.searchParams.append(name, value);
  return { url, headers };
}

/** The first argument that would lead out of its path, or break out of its header. */
function findUnsendable({ parameters }: OpenApiOperation, input: ToolInput): string | undefined {
  const found = parameters.find((parameter) => {
    const value = input[parameter.name];
    if (value === undefined || value === null) return false;
    if (parameter.in === 'path') return /^\.*$/.test(plainText(value));
    return parameter.in === 'header' && !/^[\t\x20-\x7e\xa0-\xff]*$/.test(plainText(value));
  });
  return found?.name;
}

function plainText(value: unknown): string {
  return Array.isArray(value) ? value.map(textOf).join(',') : textOf(value);
}

function failure(output: string): ToolResult {
  return { output: output.trim(), failed: true };
}

/** Style `form` with `explode`, the default of OpenAPI: a list is the same name again and again. */
function queryOf({ name }: OpenApiParameter, value: unknown): [string, string][] {
  return Array.isArray(value) ? value.map((item) => [name, textOf(item)]) : [[name, textOf(value)]];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function addCredentials(credentials: ActionCredentials, url: URL, headers: Headers): void {
  switch (credentials.kind) {
    case 'none':
      return;
    case 'bearer':
      headers.set('Authorization', `Bearer ${credentials.secret}`);
      return;
    case 'basic':
      headers.set('Authorization', `Basic ${Buffer.from(credentials.secret).toString('base64')}`);
      return;
    case 'header': {
      const { header, secret } = credentials;
      if (header.startsWith('query:')) url.searchParams.set(header.slice('query:'.length), secret);
      else headers.set(header, secret);
    }
  }
}

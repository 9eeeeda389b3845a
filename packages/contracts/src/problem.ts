import * as z from 'zod/mini';

/** Every error the api can answer: its HTTP status and the sentence that names it. The list is closed. */
export const problems = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'language-not-found': { status: 400, title: 'Code of this language cannot be run here' },
  'invalid-json': { status: 400, title: 'The body is not valid JSON' },
  'invalid-offset': { status: 400, title: 'The offset is not one this stream has given out' },
  'not-authenticated': { status: 401, title: 'Please sign in' },
  'token-expired': { status: 401, title: 'The access token has expired' },
  'wrong-credentials': { status: 401, title: 'E-mail address or password is wrong' },
  'session-ended': { status: 401, title: 'This session has ended, please sign in again' },
  forbidden: { status: 403, title: 'You may not do this' },
  'wrong-password': { status: 403, title: 'The password is wrong' },
  'registration-closed': { status: 403, title: 'New accounts cannot be created here' },
  'not-found': { status: 404, title: 'There is nothing at this address' },
  'conversation-not-found': { status: 404, title: 'This conversation does not exist' },
  'message-not-found': { status: 404, title: 'This message does not exist' },
  'project-not-found': { status: 404, title: 'This project does not exist' },
  'generation-not-found': { status: 404, title: 'This generation does not exist' },
  'endpoint-not-found': { status: 404, title: 'This endpoint does not exist' },
  'model-not-found': { status: 404, title: 'This model does not exist' },
  'session-not-found': { status: 404, title: 'This device is not signed in' },
  'agent-not-found': { status: 404, title: 'This agent does not exist, or is not shared with you' },
  'group-not-found': { status: 404, title: 'This group does not exist' },
  'mcp-server-not-found': { status: 404, title: 'This MCP server does not exist, or is not shared with you' },
  'action-set-not-found': { status: 404, title: 'These actions do not exist, or are not shared with you' },
  'preset-not-found': { status: 404, title: 'This preset does not exist' },
  'share-not-found': { status: 404, title: 'This link leads nowhere: it may have ended' },
  'prompt-not-found': { status: 404, title: 'This prompt does not exist, or is not shared with you' },
  'tool-result-not-found': { status: 404, title: 'This result is not kept any more' },
  'file-not-found': { status: 404, title: 'This file does not exist' },
  'code-run-not-found': { status: 404, title: 'This run does not exist' },
  'person-not-found': { status: 404, title: 'Nobody here has this account' },
  'import-not-found': { status: 404, title: 'This import does not exist' },
  'api-key-not-found': { status: 404, title: 'This key does not exist' },
  'method-not-allowed': { status: 405, title: 'This address does not take that method' },
  'not-acceptable': { status: 406, title: 'This format is not offered' },
  'request-timeout': { status: 408, title: 'The request took too long to arrive' },
  'email-taken': { status: 409, title: 'There is an account with this e-mail address already' },
  'generation-id-taken': { status: 409, title: 'This generation id was used for another request' },
  'generation-running': { status: 409, title: 'An answer is being written in this conversation' },
  'generation-over': { status: 409, title: 'This answer has ended' },
  'queued-prompt-started': { status: 409, title: 'The answer to this prompt has begun' },
  'comparison-continued': { status: 409, title: 'One of these answers has been continued' },
  'queue-full': { status: 409, title: 'Too many prompts are waiting behind this answer' },
  'command-id-taken': { status: 409, title: 'This command id was used for another command' },
  'code-run-id-taken': { status: 409, title: 'This run id was used for other code' },
  'workspace-full': { status: 409, title: 'The files of this conversation take up all their room' },
  'input-not-awaited': { status: 409, title: 'Nothing waits for this answer any more' },
  'agent-changed': { status: 409, title: 'Somebody else has changed this agent meanwhile' },
  'message-changed': { status: 409, title: 'This message was changed elsewhere meanwhile' },
  'prompt-changed': { status: 409, title: 'Somebody else has changed this prompt meanwhile' },
  'command-taken': { status: 409, title: 'Another prompt of yours has this command' },
  'presets-full': { status: 409, title: 'You have as many presets as one person may have' },
  'shares-full': { status: 409, title: 'You share as many chats as one person may share' },
  'participants-full': { status: 409, title: 'As many people take part in this chat as may' },
  'conversation-id-taken': { status: 409, title: 'This conversation id is in use for another conversation' },
  'projects-full': { status: 409, title: 'You have as many projects as one person may have' },
  'pins-full': { status: 409, title: 'You have pinned as many chats as may be pinned' },
  'tags-full': { status: 409, title: 'A chat may have no more tags' },
  'import-running': { status: 409, title: 'Another import of yours has not ended yet' },
  'name-taken': { status: 409, title: 'There is one with this name already' },
  'last-admin': { status: 409, title: 'The only admin cannot leave' },
  'last-owner': { status: 409, title: 'Somebody has to stay its owner' },
  'agent-disabled': { status: 403, title: 'An admin has disabled this agent' },
  'address-not-allowed': { status: 403, title: 'This address may not be reached from here' },
  'sign-in-failed': { status: 400, title: 'Signing in did not work' },
  'log-expired': { status: 410, title: 'The live record has expired; the message has the answer' },
  'file-too-large': { status: 413, title: 'The file is too large' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json' },
  'code-queue-full': { status: 429, title: 'Too much code is running, please wait a moment' },
  'headers-too-large': { status: 431, title: 'The address or the headers of the request are too long' },
  'too-many-requests': { status: 429, title: 'Too many requests, please wait a moment' },
  'internal-error': { status: 500, title: 'Something went wrong on the server' },
  'mcp-server-failed': { status: 502, title: 'The MCP server did not answer as it should' },
  'step-limit': { status: 500, title: 'The agent has used all its steps' },
  'cost-limit': { status: 500, title: 'The agent has spent what it may' },
  'time-limit': { status: 500, title: 'The agent has used all its time' },
  'depth-limit': { status: 500, title: 'Agents have asked agents too deeply' },
  'upstream-error': { status: 502, title: 'The model’s provider answered with an error' },
  'upstream-unreachable': { status: 502, title: 'The model’s provider cannot be reached' },
  'upstream-malformed': { status: 502, title: 'The model’s provider sent something unreadable' },
  'upstream-cut': { status: 502, title: 'The connection to the model’s provider broke off' },
  'upstream-refused': { status: 502, title: 'The model’s provider refused the request' },
  'upstream-rate-limited': { status: 503, title: 'The model’s provider asks us to slow down' },
  'code-unavailable': { status: 503, title: 'Code cannot be run here at the moment' },
  'search-unavailable': { status: 503, title: 'The search does not answer at the moment' },
  'not-ready': { status: 503, title: 'The server is not ready' },
  'upstream-timeout': { status: 504, title: 'The model’s provider took too long' },
  'storage-full': { status: 507, title: 'The server has no room left for files' },
  'generation-interrupted': { status: 500, title: 'The server stopped while writing this answer' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

export const problemCodeSchema = z.enum(keysOf(problems));

/** One thing that is wrong with a request: where (a path such as `body.email`) and what. */
const problemIssueSchema = z.object({ path: z.string(), message: z.string() });
export type ProblemIssue = z.infer<typeof problemIssueSchema>;

/** `application/problem+json` (RFC 9457) with our `code`, the `requestId` and, for a bad request, its `issues`. */
export const problemDocumentSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: problemCodeSchema,
  detail: z.optional(z.string()),
  instance: z.optional(z.string()),
  requestId: z.optional(z.string()),
  issues: z.optional(z.array(problemIssueSchema)),
});
export type ProblemDocument = z.infer<typeof problemDocumentSchema>;

export interface ProblemOptions {
  /** Safe for the person who asked. */
  readonly detail?: string;
  readonly issues?: readonly ProblemIssue[];
  /** For the log only. */
  readonly cause?: unknown;
  /** Whole seconds, sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/** A problem on its way: thrown by the api's services and by the client's `call`. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly status: number;
  readonly detail: string | undefined;
  readonly issues: readonly ProblemIssue[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(options.detail ?? problems[code].title, { cause: options.cause });
    this.code = code;
    this.status = problems[code].status;
    this.detail = options.detail;
    this.issues = options.issues;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** `throw problem('conversation-not-found')`. */
export function problem(code: ProblemCode, options?: ProblemOptions): ProblemError {
  return new ProblemError(code, options);
}

/** `Object.keys` with the type it has for a table that nobody extends. */
function keysOf<T extends object>(table: T): Extract<keyof T, string>[] {
  const keys: Extract<keyof T, string>[] = [];
  for (const key in table) keys.push(key);
  return keys;
}

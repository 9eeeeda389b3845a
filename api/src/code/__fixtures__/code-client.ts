import { randomUUID } from 'node:crypto';
import { codeRoutes, codeRunEventSchema, codeRunIdSchema, codeRunResultSchema } from '@parley/contracts';
import type { CodeRunEvent, CodeRunId, CodeRunResult, ConversationId, RouteInput } from '@parley/contracts';
import type { TestApp } from '../../test-app.ts';
import type { TestUser } from '../../test-client.ts';

type Server = Pick<TestApp, 'url' | 'send'>;
type Asked = Partial<RouteInput<typeof codeRoutes.exec>['body']> & { readonly conversationId: ConversationId };

export function newRunId(): CodeRunId {
  return codeRunIdSchema.parse(randomUUID());
}

/** Asks for code to be run; the raw answer. */
export async function execute(app: Server, user: TestUser, asked: Asked): Promise<Response> {
  return await app.send(codeRoutes.exec, { body: { lang: 'python', code: 'print hello', ...asked } }, user);
}

/** The result of code that is run. */
export async function resultOf(app: Server, user: TestUser, asked: Asked): Promise<CodeRunResult> {
  const response = await execute(app, user, asked);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`Running failed: ${response.status} ${text}`);
  return codeRunResultSchema.parse(JSON.parse(text));
}

/** A run that is followed by its events. */
export interface FollowedRun {
  readonly response: Response;
  /** The next event; `undefined` after the last one. */
  next(): Promise<CodeRunEvent | undefined>;
  /** All that come from here on. */
  rest(): Promise<CodeRunEvent[]>;
  leave(): void;
}

/** Asks for code to be run, and for its events. */
export async function follow(app: Server, user: TestUser, asked: Asked): Promise<FollowedRun> {
  const leaving = new AbortController();
  const response = await fetch(app.url + codeRoutes.exec.path, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${user.accessToken}`,
      'Content-Type': 'application/json',
      Accept: 'text/event-stream',
    },
    body: JSON.stringify({ lang: 'python', code: 'print hello', ...asked }),
    signal: leaving.signal,
  });
  const events = readEvents(response);
  const next = async (): Promise<CodeRunEvent | undefined> => {
    const read = await events.next();
    return read.done === true ? undefined : read.value;
  };
  return {
    response,
    next,
    async rest() {
      const all: CodeRunEvent[] = [];
      for (let event = await next(); event !== undefined; event = await next()) all.push(event);
      return all;
    },
    leave: () => leaving.abort(),
  };
}

async function* readEvents(response: Response): AsyncGenerator<CodeRunEvent, void> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n');
      const line = lines.find((each) => each.startsWith('data: '));
      if (line === undefined) continue;
      const event = codeRunEventSchema.parse(JSON.parse(line.slice(6)));
      if (lines[0] !== `event: ${event.type}`) throw new Error(`An event has another name: ${lines[0]}`);
      yield event;
    }
  }
}

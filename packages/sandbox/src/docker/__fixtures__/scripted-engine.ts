import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What an engine answers, by method and path without its query. */
export type EngineAnswers = Readonly<Record<string, { readonly status?: number; readonly body: unknown }>>;

export interface ScriptedEngine extends AsyncDisposable {
  readonly socketPath: string;
  /** Method and path of each request, in order. */
  readonly asked: readonly string[];
}

/** An HTTP server on a socket that answers as an engine of some kind or condition does; 404 to all else. */
export async function startScriptedEngine(answers: EngineAnswers): Promise<ScriptedEngine> {
  const socketPath = join(tmpdir(), `engine-${randomUUID()}.sock`);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    asked.push(`${request.method} ${path}`);
    const answer = answers[`${request.method} ${path}`] ?? { status: 404, body: { message: 'No such thing' } };
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(socketPath, resolve);
  await promise;
  return {
    socketPath,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => {
        server.close(closed);
      });
    },
  };
}

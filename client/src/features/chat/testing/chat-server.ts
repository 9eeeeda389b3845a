import { foldMessage, generationRoutes } from '@parley/contracts';
import type {
  AnswerBody,
  CommandId,
  Device,
  FileId,
  FileRef,
  GenerationEvent,
  GenerationId,
  GenerationState,
  InputAnswer,
  Message,
  QueuedPrompt,
  SessionId,
  StartGenerationBody,
} from '@parley/contracts';
import { createFakeServer, json } from '../../../testing/fake-server.ts';
import { conversation, conversationId, generationId, messageId, questionOf, runningAnswerOf } from './messages.ts';

/**
 * A server with one conversation, whose answers are written by hand: `write` appends to the log of the newest answer,
 * and every reader hears of it. Messages of the conversation are what `messages` holds.
 */
export function createChatServer(messages: Message[] = []) {
  const log: GenerationEvent[] = [];
  const readers = new Set<() => void>();
  const started: StartGenerationBody[] = [];
  const answered: AnswerBody[] = [];
  const stopped: string[] = [];
  const steered: { readonly id: string; readonly text: string }[] = [];
  const given: { readonly commandId: CommandId; readonly callId: string; readonly answer: InputAnswer }[] = [];
  const drafts = new Map<string, string>();
  const queues = new Map<string, QueuedPrompt[]>();
  /** Uploaded files that prompts may bring along. */
  const files = new Map<FileId, FileRef>();
  const server = createFakeServer({
    'GET /api/config': () =>
      json({ appTitle: 'Parley', version: '0.1.0', registrationEnabled: true, firstRun: false, guideOnly: true }),
    'GET /api/user': () => json({ ...ada }),
    'GET /api/endpoints': () =>
      json({ items: [{ name: 'Parley', label: 'Parley', type: 'custom', defaultModel: 'chat-fast' }] }),
    'GET /api/models': () => json({ Parley: [{ id: 'chat-fast', description: 'Quick' }, { id: 'chat-quality' }] }),
    'GET /api/tools': () => json({ items: [] }),
    'GET /api/mcp/servers': () => json({ items: [] }),
    'GET /api/agents': () => json({ items: [], nextCursor: null }),
    'GET /api/conversations': () => json({ items: [conversation], nextCursor: null }),
    'GET /api/drafts': () =>
      json({ items: Array.from(drafts, ([place, text]) => ({ place, text, updatedAt: new Date().toISOString() })) }),
    'GET /api/user/devices': () => json({ items: devices, currentId: devices[0]?.id }),
    [`POST /api/conversations/${conversationId}/read`]: () => new Response(null, { status: 204 }),
    [`GET /api/conversations/${conversationId}`]: () => json(conversation),
    [`GET /api/conversations/${conversationId}/messages`]: () => json({ items: messages.map(current) }),
  });

  for (const place of ['new', conversationId]) {
    server.handlers[`PUT /api/drafts/${place}`] = ({ body }) => {
      const { text } = body as { text: string };
      drafts.set(place, text);
      return json({ place, text, updatedAt: new Date().toISOString() });
    };
  }

  /** Everything that can be asked of one generation, but its start. */
  function serveGeneration(id: GenerationId) {
    const path = generationRoutes.state.path.replace(':id', id);
    const queue = () => queues.get(id) ?? [];
    server.handlers[`GET ${path}`] = () => {
      const answer = messages.find(({ generationId: other }) => other === id);
      const { status = 'running', id: responseMessageId = messageId(2) } = answer ? current(answer) : {};
      const state = {
        id,
        conversationId,
        responseMessageId,
        status,
        waitingForInput: false,
        offset: null,
        startedOn: null,
        queue: queue(),
      };
      return json(state satisfies GenerationState);
    };
    server.handlers[`GET ${path}/stream`] = readLog;
    server.handlers[`POST ${path}/stop`] = () => {
      stopped.push(id);
      return new Response(null, { status: 202 });
    };
    server.handlers[`POST ${path}/steer`] = ({ body }) => {
      const { commandId, text } = body as { commandId: CommandId; text: string };
      steered.push({ id, text });
      write({ type: 'steer-requested', commandId, text, at: new Date().toISOString() });
      return new Response(null, { status: 202 });
    };
    server.handlers[`POST ${path}/inputs`] = ({ body }) => {
      given.push(body as (typeof given)[number]);
      return new Response(null, { status: 202 });
    };
    server.handlers[`POST ${path}/queue`] = ({ body }) => {
      const prompt = { ...(body as Omit<QueuedPrompt, 'createdAt'>), createdAt: new Date().toISOString() };
      queues.set(id, [...queue(), prompt]);
      server.handlers[`DELETE ${path}/queue/${prompt.generationId}`] = () => {
        queues.set(
          id,
          queue().filter(({ generationId: other }) => other !== prompt.generationId),
        );
        return new Response(null, { status: 204 });
      };
      return json({ state: 'queued', queue: queue() }, 202);
    };
  }

  const start = (body: StartGenerationBody) => {
    const number = started.push(body) * 2 + 100;
    const id = body.generationId;
    const parent = body.parentMessageId;
    const asked = questionOf(number, null, body.text);
    const brought = (body.files ?? []).flatMap((fileId) => files.get(fileId) ?? []);
    const parts: Message['parts'] = [
      ...brought.map((file) => ({ type: 'file' as const, file })),
      ...(body.quotes ?? []).map((quote) => ({ type: 'quote' as const, ...quote })),
      ...asked.parts,
    ];
    const question = { ...asked, parts, parentId: parent };
    messages.push(question, { ...runningAnswerOf(number + 1, number), generationId: id });
    serveGeneration(id);
    return json(
      {
        generationId: id,
        conversationId,
        userMessageId: messageId(number),
        responseMessageId: messageId(number + 1),
        streamUrl: generationRoutes.stream.path.replace(':id', id),
      },
      202,
    );
  };
  const answerAgain = (body: AnswerBody) => {
    const number = answered.push(body) * 2 + 500;
    const { generationId: id, userMessageId, endpoint, model, guidance, continues } = body;
    const goesOnFrom = messages.find((message) => message.id === continues)?.parts ?? [];
    const known = messages.find((message) => message.generationId === id);
    const answer: Message = {
      ...runningAnswerOf(number, 0),
      parentId: userMessageId,
      generationId: id,
      endpoint,
      model,
      parts: goesOnFrom.filter(({ type }) => type !== 'error'),
      ...(guidance === undefined ? {} : { guidance }),
      ...(continues === undefined ? {} : { continues }),
    };
    if (!known) messages.push(answer);
    serveGeneration(id);
    return json(
      {
        generationId: id,
        conversationId,
        userMessageId,
        responseMessageId: (known ?? answer).id,
        streamUrl: generationRoutes.stream.path.replace(':id', id),
      },
      202,
    );
  };
  const answerHandler = ({ body }: { readonly body: unknown }) => answerAgain(body as AnswerBody);
  server.handlers[`POST /api/conversations/${conversationId}/answers`] = answerHandler;
  const startHandler = ({ body }: { readonly body: unknown }) => start(body as StartGenerationBody);
  server.handlers['POST /api/conversations/new/generations'] = startHandler;
  server.handlers[`POST /api/conversations/${conversationId}/generations`] = startHandler;
  serveGeneration(generationId(2));

  function readLog({ url }: { readonly url: string }): Response {
    const offset = new URL(url, 'http://parley.test').searchParams.get('offset');
    let position = offset === '-1' || offset === null ? 0 : Number(offset);
    const encoder = new TextEncoder();
    return new Response(
      new ReadableStream<Uint8Array>({
        start(controller) {
          const send = () => {
            const entries = log.slice(position);
            position = log.length;
            const isClosed = log.at(-1)?.type === 'generation-finished';
            const control = { streamNextOffset: String(position), upToDate: true, streamClosed: isClosed };
            controller.enqueue(
              encoder.encode(
                `event: data\ndata: ${JSON.stringify(entries)}\n\nevent: control\ndata: ${JSON.stringify(control)}\n\n`,
              ),
            );
            if (!isClosed) return;
            readers.delete(send);
            controller.close();
          };
          readers.add(send);
          send();
        },
      }),
    );
  }

  /** A running message as it is saved: up to date once its log has ended. */
  function current(message: Message): Message {
    if (message.status !== 'running' || !message.progress || log.at(-1)?.type !== 'generation-finished') return message;
    const { progress: _, ...final } = log.reduce(foldMessage, { ...message, progress: message.progress });
    return final;
  }

  /** Appends to the log that is being read. */
  function write(...events: readonly GenerationEvent[]) {
    log.push(...events);
    for (const send of Array.from(readers)) send();
  }

  return {
    ...server,
    started,
    answered,
    stopped,
    steered,
    given,
    drafts,
    queues,
    files,
    startHandler,
    answerHandler,
    write,
    /** The next answer begins with an empty log. */
    clearLog() {
      log.length = 0;
    },
  };
}

const devices: Device[] = ['Firefox on Linux', 'Safari on iPhone'].map((name, index) => ({
  id: `device-${String(index)}` as SessionId,
  name,
  signedInAt: '2026-11-20T09:00:00.000Z',
  lastSeenAt: '2026-11-20T10:00:00.000Z',
  online: index === 0,
}));

const ada = {
  id: '11111111-1111-4111-8111-111111111111',
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  role: 'ADMIN',
  createdAt: '2026-01-01T00:00:00.000Z',
};

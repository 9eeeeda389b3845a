import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { FilterError, readFilter } from './meilisearch-filter.ts';
import type { StandInDocument } from './meilisearch-filter.ts';

const names = z.array(z.string());
const documentsSchema = z.array(z.record(z.string(), z.unknown()));
const creationSchema = z.object({ uid: z.string(), primaryKey: z.string() });
const settingsSchema = z.object({ filterableAttributes: names, sortableAttributes: names, displayedAttributes: names });
const deletionSchema = z.object({ filter: z.string() });
const querySchema = z.object({ indexUid: z.string(), filter: names, sort: names, limit: z.int(), q: z.string() });
const queriesSchema = z.object({ queries: z.array(querySchema) });

interface Index {
  readonly createdAt: string;
  readonly primaryKey: string | null;
  readonly documents: Map<string, StandInDocument>;
  settings: z.infer<typeof settingsSchema>;
}

interface Task {
  readonly uid: number;
  readonly indexUid: string;
  readonly type: string;
  status: 'enqueued' | 'succeeded' | 'failed';
  error: ApiError | null;
}

interface ApiError {
  readonly message: string;
  readonly code: string;
  readonly type: string;
  readonly link: string;
}

const unset = { filterableAttributes: [], sortableAttributes: [], displayedAttributes: ['*'] };

class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string = code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** A Meilisearch for tests, with only what Parley asks of one; written after its documented API. */
export interface MeilisearchStandIn {
  readonly host: string;
  /** What it was sent, such as `POST /multi-search`. */
  readonly requests: string[];
  /** Documents of an index, by their ids. */
  documents(index: string): ReadonlyMap<string, StandInDocument>;
  /** While true, tasks are taken on and wait. */
  hold: boolean;
  /** While set, tasks fail with this error. */
  failure: string | undefined;
  /** While set, every request is answered with this status and no JSON. */
  outage: number | undefined;
  /** Forgets everything, as on an empty disk. */
  lose(): void;
  close(): Promise<void>;
}

/** Listens on a free port of this machine. */
export async function startMeilisearchStandIn(key = 'masterKey-of-the-stand-in'): Promise<MeilisearchStandIn> {
  const indexes = new Map<string, Index>();
  const tasks: Task[] = [];
  const waiting: (() => void)[] = [];
  const requests: string[] = [];
  let made = 0;

  const need = (uid: string): Index => {
    const index = indexes.get(uid);
    if (index === undefined) throw new Refusal(404, 'index_not_found', `Index \`${uid}\` not found.`);
    return index;
  };

  /** Takes something on and does it, now or when nothing is held any more. */
  function enqueue(indexUid: string, type: string, work: () => void): object {
    const task: Task = { uid: tasks.length, indexUid, type, status: 'enqueued', error: null };
    tasks.push(task);
    waiting.push(() => {
      try {
        if (standIn.failure !== undefined) throw new Refusal(500, standIn.failure);
        work();
        task.status = 'succeeded';
      } catch (error) {
        task.status = 'failed';
        task.error = apiError(error);
      }
    });
    return { taskUid: task.uid, indexUid, status: 'enqueued', type, enqueuedAt: new Date().toISOString() };
  }

  function make(uid: string, primaryKey: string | null): Index {
    made += 1;
    const createdAt = new Date(Date.UTC(2026, 0, 1) + made).toISOString();
    const index = { createdAt, primaryKey, documents: new Map<string, StandInDocument>(), settings: unset };
    indexes.set(uid, index);
    return index;
  }

  function add(uid: string, primaryKey: string | null, documents: StandInDocument[]): void {
    const index = indexes.get(uid) ?? make(uid, primaryKey);
    const name = index.primaryKey ?? primaryKey;
    if (name === null) throw new Refusal(400, 'index_primary_key_multiple_candidates_found');
    for (const document of documents) {
      const id = document[name];
      if (typeof id !== 'string' || !/^[\w-]{1,511}$/.test(id)) throw new Refusal(400, 'invalid_document_id');
      index.documents.set(id, document);
    }
  }

  function search({ indexUid, filter, sort, limit, q }: z.infer<typeof querySchema>): object {
    const index = need(indexUid);
    const { filterableAttributes, sortableAttributes, displayedAttributes: shown } = index.settings;
    const conditions = filter.map((expression) => readFilter(expression, new Set(filterableAttributes)));
    const order = sort.map((rule) => rule.split(':'));
    if (!order.every(([name = '']) => sortableAttributes.includes(name))) throw new Refusal(400, 'invalid_search_sort');
    const hits = [...index.documents.values()]
      .filter((document) => conditions.every((holds) => holds(document)))
      .toSorted((left, right) => {
        for (const [name = '', direction] of order) {
          const difference = Number(left[name]) - Number(right[name]);
          if (difference !== 0) return direction === 'desc' ? -difference : difference;
        }
        return 0;
      })
      .slice(0, Math.min(limit, 1_000))
      .map((document) => Object.fromEntries(Object.entries(document).filter(([name]) => shown.includes(name))));
    return { indexUid, hits, query: q, limit, offset: 0 };
  }

  function answer(method: string, url: URL, body: unknown): [number, object] {
    const [first = '', uid = '', ...rest] = url.pathname.slice(1).split('/').map(decodeURIComponent);
    const route = `${method} ${first}${uid === '' ? '' : '/:uid'}${rest.length === 0 ? '' : `/${rest.join('/')}`}`;
    switch (route) {
      case 'GET indexes/:uid': {
        const { createdAt, primaryKey } = need(uid);
        return [200, { uid, createdAt, updatedAt: createdAt, primaryKey }];
      }
      case 'POST indexes': {
        const created = creationSchema.parse(body);
        const create = () => {
          if (indexes.has(created.uid)) throw new Refusal(400, 'index_already_exists');
          make(created.uid, created.primaryKey);
        };
        return [202, enqueue(created.uid, 'indexCreation', create)];
      }
      case 'PATCH indexes/:uid/settings':
        return [202, enqueue(uid, 'settingsUpdate', () => {
          need(uid).settings = settingsSchema.parse(body);
        })];
      case 'POST indexes/:uid/documents': {
        const primaryKey = url.searchParams.get('primaryKey');
        const put = () => add(uid, primaryKey, documentsSchema.parse(body));
        return [202, enqueue(uid, 'documentAdditionOrUpdate', put)];
      }
      case 'POST indexes/:uid/documents/delete-batch': {
        const remove = () => names.parse(body).forEach((id) => need(uid).documents.delete(id));
        return [202, enqueue(uid, 'documentDeletion', remove)];
      }
      case 'POST indexes/:uid/documents/delete': {
        const { filter } = deletionSchema.parse(body);
        const remove = () => {
          const index = need(uid);
          const holds = readFilter(filter, new Set(index.settings.filterableAttributes));
          for (const [id, document] of index.documents) if (holds(document)) index.documents.delete(id);
        };
        return [202, enqueue(uid, 'documentDeletion', remove)];
      }
      case 'POST multi-search':
        return [200, { results: queriesSchema.parse(body).queries.map(search) }];
      case 'GET tasks/:uid': {
        if (!standIn.hold) for (const work of waiting.splice(0)) work();
        const task = tasks[Number(uid)];
        if (task === undefined) throw new Refusal(404, 'task_not_found');
        return [200, task];
      }
      default:
        throw new Refusal(404, 'not_found');
    }
  }

  function checkKey({ headers }: IncomingMessage): void {
    const { authorization } = headers;
    if (authorization === undefined) throw new Refusal(401, 'missing_authorization_header');
    if (authorization !== `Bearer ${key}`) throw new Refusal(403, 'invalid_api_key');
  }

  const server = createServer((request, response) => {
    const send = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    void text(request).then((sent) => {
      const url = new URL(request.url ?? '/', standIn.host);
      requests.push(`${request.method} ${url.pathname}`);
      if (standIn.outage !== undefined) return response.writeHead(standIn.outage).end('<html>gone</html>');
      try {
        checkKey(request);
        // Half a surrogate pair is no JSON to it.
        if (/\\ud[89a-f]/i.test(sent)) throw new Refusal(400, 'malformed_payload');
        return send(...answer(request.method ?? '', url, sent === '' ? undefined : JSON.parse(sent)));
      } catch (error) {
        return send(error instanceof Refusal ? error.status : 400, apiError(error));
      }
    });
  });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const standIn: MeilisearchStandIn = {
    host: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    requests,
    documents: (index) => indexes.get(index)?.documents ?? new Map(),
    hold: false,
    failure: undefined,
    outage: undefined,
    lose: () => indexes.clear(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return standIn;
}

function apiError(error: unknown): ApiError {
  if (error instanceof FilterError) {
    return { message: error.message, code: 'invalid_search_filter', type: 'invalid_request', link: '' };
  }
  if (!(error instanceof Refusal)) throw error;
  return { message: error.message, code: error.code, type: 'invalid_request', link: '' };
}

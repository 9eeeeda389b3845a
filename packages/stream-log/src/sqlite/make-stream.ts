import { randomBytes } from 'node:crypto';
import { configOf, expiryOf, planFork, prefixOf } from '../admit-create.ts';
import type { Incarnation } from '../offset.ts';
import { refusals } from '../refusals.ts';
import type { Append, ForkRequest, StreamRequest } from '../stream-store.ts';
import type { Lifetimes } from './create-lifetimes.ts';
import { ancestorsOf, readTexts } from './read-segments.ts';
import { configOfRow, type LogRow, rows } from './sqlite-rows.ts';
import type { Statements } from './sqlite-statements.ts';

interface NewStream {
  readonly id: string;
  readonly request: StreamRequest;
  readonly first: Pick<Append, 'entries' | 'closes'>;
  readonly now: number;
}

/** Adds a stream whose name is free, with its first entries. Throws as `StreamStore.create` does about forks. */
export function makeStream(
  statements: Statements,
  lifetimes: Lifetimes,
  { id, request, first, now }: NewStream,
): LogRow {
  const { config, source, shared, prefix } = planOf(statements, lifetimes, request);
  const texts = [...prefix, ...first.entries];
  const { lastInsertRowid } = statements.addLog.run(
    id,
    randomBytes(4).toString('hex'),
    shared + texts.length,
    shared,
    first.closes ? now : null,
    config.contentType,
    config.ttlSeconds ?? null,
    config.expiresAt?.getTime() ?? null,
    expiryOf(config, now) ?? null,
    source,
    config.fork?.position ?? 0,
    config.fork?.subOffset ?? 0,
  );
  texts.forEach((text, index) => statements.addEntry.run(lastInsertRowid, shared + index, text));
  return rows.made(statements.findByNumber.get(lastInsertRowid));
}

/** A log as its offsets see it; its ancestors are looked up when an offset is not its own. */
export function incarnationOf(statements: Statements, row: LogRow): Incarnation {
  return {
    id: row.id,
    incarnation: row.incarnation,
    length: row.length,
    get ancestors() {
      return ancestorsOf(statements, row);
    },
  };
}

function planOf(statements: Statements, lifetimes: Lifetimes, request: StreamRequest) {
  const { fork } = request;
  if (fork === undefined) return { config: configOf(request), source: null, shared: 0, prefix: [] };
  const source = findSource(lifetimes, fork);
  const plan = planFork(incarnationOf(statements, source), configOfRow(source), request);
  const cut = plan.prefixBytes === 0 ? [] : readTexts(statements, source, plan.shared, 1);
  const prefix = cut.map((entry) => prefixOf(entry, plan.prefixBytes, source.id));
  return { config: plan.config, source: source.log, shared: plan.shared, prefix };
}

function findSource(lifetimes: Lifetimes, { from }: ForkRequest): LogRow {
  const { row, state } = lifetimes.find(from);
  if (state === 'gone') throw refusals.sourceGone(from);
  if (row === undefined || state === 'missing') throw refusals.missing(from);
  return row;
}

import type { Loader, Upstream } from './bench-processes.ts';
import type { Load, LoadResult } from './load.ts';
import { wholeChatBody } from './mock-answers.ts';
import { processorMicroseconds } from './process-figures.ts';
import type { Question, Subject } from './subject.ts';

/** What one load on one subject has cost, once. */
export interface Cell {
  readonly requests: number;
  readonly aborted: number;
  readonly failures: Readonly<Record<string, number>>;
  /** Processor time of the subject's process for each right answer. */
  readonly microseconds: number;
  /** The same of the upstream and of the loader. */
  readonly upstreamMicroseconds: number;
  readonly loaderMicroseconds: number;
  /** Processors that the subject kept busy. */
  readonly cores: number;
  readonly perSecond: number;
  readonly totalMs: readonly number[];
  readonly firstMs: readonly number[];
  readonly gapMs: readonly number[];
  readonly piecesEach: number;
  /** Share of streams whose events came one to one. */
  readonly oneToOne: number;
}

export interface CellLoad {
  readonly question: Question;
  readonly concurrency: number;
  readonly until: Load['until'];
  readonly abortEvery?: number;
}

export interface Stage {
  readonly upstream: Upstream;
  readonly loader: Loader;
}

const wholeLength = wholeChatBody().length;

/** Plays a load on a subject and reads what it cost. */
export async function playCell({ upstream, loader }: Stage, subject: Subject, given: CellLoad): Promise<Cell> {
  const pids = [subject.pid, upstream.pid, loader.pid];
  const before = pids.map(processorMicroseconds);
  const result = await loader.play(loadFor(subject, given));
  const [own = 0, ofUpstream = 0, ofLoader = 0] = pids.map(
    (pid, index) => processorMicroseconds(pid) - (before[index] ?? 0),
  );
  return cellOf(result, { own, ofUpstream, ofLoader });
}

function cellOf(
  { requests, aborted, failures, wallMs, totalMs, firstMs, gapMs, pieces, oneToOne }: LoadResult,
  { own, ofUpstream, ofLoader }: { own: number; ofUpstream: number; ofLoader: number },
): Cell {
  const each = Math.max(1, requests);
  return {
    requests,
    aborted,
    failures,
    microseconds: own / each,
    upstreamMicroseconds: ofUpstream / each,
    loaderMicroseconds: ofLoader / each,
    cores: own / (wallMs * 1_000),
    perSecond: requests / (wallMs / 1_000),
    totalMs,
    firstMs,
    gapMs,
    piecesEach: pieces / each,
    oneToOne: oneToOne / each,
  };
}

function loadFor(subject: Subject, { question, concurrency, until, abortEvery = 0 }: CellLoad): Load {
  const { path, model, headers } = subject.asking(question);
  const isPassedAsMessages = path.endsWith('/messages');
  return {
    origin: subject.origin,
    path,
    headers: { 'content-type': 'application/json', ...headers },
    body: bodyOf(model, question, isPassedAsMessages),
    kind: question.kind,
    concurrency,
    until,
    abortEvery,
    ...(question.kind === 'whole' && subject.passesBytes ? { exactLength: wholeLength } : {}),
    usage: isPassedAsMessages || question.kind === 'whole' ? 'any' : question.hidesUsage === true ? 'hidden' : 'told',
    endMark: isPassedAsMessages ? '{"type":"message_stop"}' : 'data: [DONE]',
  };
}

const instructions = 'You are the assistant of a small company. Answer in whole sentences and name your sources. ';
const question = 'Please explain what a gateway between an application and its models is good for, and what it costs. ';

/** About 1.3 kB, as a short conversation is. */
function bodyOf(model: string, { kind, hidesUsage }: Question, isMessages: boolean): string {
  const system = instructions.repeat(5);
  const turns = [
    { role: 'user', content: question.repeat(3) },
    { role: 'assistant', content: 'It is good for many things. '.repeat(8) },
    { role: 'user', content: question },
  ];
  const isStream = kind !== 'whole';
  if (isMessages) return JSON.stringify({ model, max_tokens: 1_024, system, messages: turns, stream: isStream });
  return JSON.stringify({
    model,
    messages: [{ role: 'system', content: system }, ...turns],
    max_tokens: 1_024,
    temperature: 0.7,
    ...(isStream ? { stream: true } : {}),
    ...(isStream && hidesUsage !== true ? { stream_options: { include_usage: true } } : {}),
  });
}

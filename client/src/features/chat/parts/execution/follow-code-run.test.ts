import { ProblemError } from '@parley/contracts';
import type { CodeRunEvent, CodeRunId } from '@parley/contracts';
import { describe, expect, it, vi } from 'vitest';
import { OfflineError } from '../../../../lib/api/send.ts';
import { problemAnswer } from '../../../../testing/fake-server.ts';
import { conversationId } from '../../testing/messages.ts';
import { followCodeRun } from './follow-code-run.ts';
import { eventStream, resultOf } from './testing/code-runs.ts';

const runId = '00000000-0000-4000-8000-000000007000' as CodeRunId;
const request = { conversationId, runId, lang: 'python', code: '1', args: [] };
const done: CodeRunEvent = { type: 'done', result: resultOf({ stdout: 'x' }) };

/** Follows a run whose server answers one request after the other like this. */
function follow(...answers: (() => Response)[]) {
  const bodies: unknown[] = [];
  const events: CodeRunEvent[] = [];
  const onLost = vi.fn<() => void>();
  const leaving = new AbortController();
  const end = followCodeRun(request, {
    fetch: (_url, init) => {
      bodies.push(init?.body);
      const answer = answers.shift();
      return answer ? Promise.resolve(answer()) : Promise.reject(new OfflineError('unreachable', undefined));
    },
    signal: leaving.signal,
    onEvents: (batch) => events.push(...batch),
    onLost,
  });
  return { end, bodies, events, onLost, leaving };
}

/** A response of these events that ends after them. */
function answered(...events: CodeRunEvent[]) {
  return () => {
    const stream = eventStream();
    stream.send(...events);
    stream.end();
    return stream.response;
  };
}

/** A response that breaks off. */
function broken() {
  const stream = eventStream();
  stream.send({ type: 'stdout', text: 'x' });
  stream.end(new TypeError('network error'));
  return stream.response;
}

describe('following a run', () => {
  it('ends with its last event', async () => {
    const { end, events, onLost } = follow(answered({ type: 'started', runId }, { type: 'stdout', text: 'x' }, done));
    await end;
    expect(events.map(({ type }) => type)).toEqual(['started', 'stdout', 'done']);
    expect(onLost).not.toHaveBeenCalled();
  });

  it('asks for the same run again after the connection broke off, however it did', async () => {
    const { end, bodies, events, onLost } = follow(answered({ type: 'started', runId }), broken, answered(done));
    await end;
    expect(onLost).toHaveBeenCalledTimes(2);
    expect(new Set(bodies).size).toBe(1);
    expect(events.at(-1)).toEqual(done);
  });

  it('gives up when the server cannot be reached for long', async () => {
    vi.useFakeTimers();
    const { end, bodies } = follow();
    await Promise.all([expect(end).rejects.toThrow(OfflineError), vi.runAllTimersAsync()]);
    expect(bodies).toHaveLength(6);
    vi.useRealTimers();
  });

  it('takes a connection that says nothing at all for a dead one', async () => {
    vi.useFakeTimers();
    const { end, onLost, events } = follow(() => eventStream().response, answered(done));
    await Promise.all([end, vi.runAllTimersAsync()]);
    expect(onLost).toHaveBeenCalledOnce();
    expect(events).toEqual([done]);
    vi.useRealTimers();
  });

  it('does not ask again when it was refused', async () => {
    const { end, bodies } = follow(() => problemAnswer('language-not-found'));
    await expect(end).rejects.toThrow(ProblemError);
    expect(bodies).toHaveLength(1);
  });

  it('leaves out events of kinds that are not known', async () => {
    const { end, events } = follow(answered({ type: 'later' } as unknown as CodeRunEvent, done));
    await end;
    expect(events).toEqual([done]);
  });

  it('ends at once when nobody looks any more', async () => {
    const stream = eventStream();
    const { end, leaving } = follow(() => stream.response);
    leaving.abort(new Error('left'));
    await expect(end).rejects.toThrow('left');
  });
});

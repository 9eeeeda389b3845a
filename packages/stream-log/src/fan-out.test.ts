import { describe, expect, it } from 'vitest';
import { createFanOut, type Tail } from './fan-out.ts';

const never = new AbortController().signal;

function tail(after: number, ...entries: number[]): Tail<number> {
  const next = String(after + entries.length);
  return { after: String(after), entries, next, upToDate: true, closed: false };
}

describe('the fan-out', () => {
  it('gives all that was appended in one turn as one tail, the same to every reader', async () => {
    const fanOut = createFanOut<number>();
    const [one, two] = [fanOut.join('story').next(never), fanOut.join('story').next(never)];
    fanOut.publish('story', tail(0, 1));
    fanOut.publish('story', tail(1, 2, 3));
    expect(await one).toEqual(tail(0, 1, 2, 3));
    expect(await two).toBe(await one);
  });

  it('keeps no queue: a reader that missed a wake-up is told to look for itself', async () => {
    const fanOut = createFanOut<number>();
    const [slow, fast] = [fanOut.join('story'), fanOut.join('story')];
    fanOut.publish('story', tail(0, 1));
    await fast.next(never);
    fanOut.publish('story', tail(1, 2));
    expect(await fast.next(never)).toEqual(tail(1, 2));
    expect(await slow.next(never)).toBe('changed');
  });

  it('drops a tail that grows too long to keep, and one with a gap', async () => {
    const fanOut = createFanOut<number>();
    const reader = fanOut.join('story');
    for (let position = 0; position < 300; position += 1) fanOut.publish('story', tail(position, position));
    expect(await reader.next(never)).toBe('changed');
    fanOut.publish('story', tail(300, 1));
    fanOut.publish('story', tail(302, 1));
    expect(await reader.next(never)).toBe('changed');
  });

  it('tells readers of other logs nothing', async () => {
    const fanOut = createFanOut<number>();
    const leaving = new AbortController();
    const other = fanOut.join('other').next(leaving.signal);
    const story = fanOut.join('story').next(never);
    fanOut.publish('story', tail(0, 1));
    await story;
    leaving.abort();
    expect(await other).toBe('ended');
  });

  it('forgets a log when its last reader leaves', () => {
    const fanOut = createFanOut<number>();
    const [one, two] = [fanOut.join('story'), fanOut.join('story')];
    one.leave();
    expect(fanOut.isHeard('story')).toBe(true);
    two.leave();
    expect(fanOut.isHeard('story')).toBe(false);
  });

  it('ends readers that wait and readers that come later when it stops', async () => {
    const fanOut = createFanOut<number>();
    const waiting = fanOut.join('story').next(never);
    fanOut.stop();
    expect(await waiting).toBe('ended');
    expect(await fanOut.join('story').next(never)).toBe('ended');
  });
});

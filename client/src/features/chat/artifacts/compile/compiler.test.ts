import { describe, expect, it } from 'vitest';
import type { CompileRequest, CompileResponse } from './compile-messages.ts';
import { createCompiler } from './compiler.ts';

/** A worker that answers when it is told to. */
class HeldWorker extends EventTarget {
  readonly asked: CompileRequest[] = [];
  isTerminated = false;
  postMessage(request: CompileRequest) {
    this.asked.push(request);
  }
  terminate() {
    this.isTerminated = true;
  }
  answer(index: number, result: CompileResponse['result']) {
    const data: CompileResponse = { id: this.asked[index]?.id ?? -1, result };
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
}

function start() {
  const workers: HeldWorker[] = [];
  const compiler = createCompiler({
    createWorker() {
      const worker = new HeldWorker();
      workers.push(worker);
      return worker as unknown as Worker;
    },
  });
  return { compiler, workers };
}

describe('the compiler', () => {
  it('gives everybody their own module, whatever the order', async () => {
    const { compiler, workers } = start();
    const [first, second] = [compiler.compile('one'), compiler.compile('two')];
    workers[0]?.answer(1, { code: '2' });
    workers[0]?.answer(0, { code: '1' });
    expect(await first).toEqual({ code: '1' });
    expect(await second).toEqual({ code: '2' });
    expect(workers).toHaveLength(1);
  });

  it('says what is wrong with a source, and goes on', async () => {
    const { compiler, workers } = start();
    const result = compiler.compile('<');
    workers[0]?.answer(0, { kind: 'syntax', text: 'Unexpected end', line: 1 });
    expect(await result).toEqual({ kind: 'syntax', text: 'Unexpected end', line: 1 });
    expect(workers[0]?.isTerminated).toBe(false);
  });

  it('is there again after its worker died', async () => {
    const { compiler, workers } = start();
    const lost = compiler.compile('one');
    workers[0]?.dispatchEvent(new Event('error'));
    expect(await lost).toEqual({ kind: 'unavailable' });
    expect(workers[0]?.isTerminated).toBe(true);
    const next = compiler.compile('two');
    workers[1]?.answer(0, { code: '2' });
    expect(await next).toEqual({ code: '2' });
  });

  it('does without a worker where there are none', async () => {
    const compiler = createCompiler({
      createWorker() {
        throw new Error('No workers here.');
      },
    });
    expect(await compiler.compile('one')).toEqual({ kind: 'unavailable' });
  });
});

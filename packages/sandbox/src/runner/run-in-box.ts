import type { Language } from '../core/languages.ts';
import { languages } from '../core/languages.ts';
import type { RunLimits } from '../core/limits.ts';
import type { RunEvent, RunPorts, RunRequest, RunResult } from '../core/run.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import type { SandboxLog } from '../core/sandbox-log.ts';
import type { BoxEnd, BoxSpec, OutputSink } from '../engine/sandbox-engine.ts';
import type { BoxShelf, TakenBox } from './box-shelf.ts';
import { execWithTools } from './exec-with-tools.ts';
import { createOutputRecorder } from './output-recorder.ts';
import type { Turn } from './run-queue.ts';
import { syncFiles } from './sync-files.ts';
import { withDeadline } from './with-deadline.ts';

interface RunInBoxOptions {
  readonly shelf: BoxShelf;
  readonly limits: RunLimits;
  readonly log: SandboxLog;
  readonly language: Language;
  readonly request: RunRequest;
  readonly ports: RunPorts;
  readonly turn: Pick<Turn, 'rest' | 'resume'>;
  /** Resolves when the event was read. */
  readonly onEvent: (event: RunEvent) => Promise<void>;
}

type Skipped = RunResult['skipped'];

const collectMs = 120_000;
/** Beyond the time that the program has, after which the engine's own ending has failed. */
const execGraceMs = 15_000;

/** A whole run of somebody whose turn it is; the container is kept, or gone, when it returns or throws. */
export async function runInBox(options: RunInBoxOptions): Promise<Omit<RunResult, 'queueMs'>> {
  const { shelf, request, ports, onEvent, language } = options;
  const asked = performance.now();
  const taken = await takeWithFiles(options);
  const startMs = Math.round(performance.now() - asked);
  try {
    void onEvent({ type: 'started' });
    const output = createOutputRecorder(options.limits, (event) => void onEvent(event));
    const end = await execute(options, taken, (stream, bytes) => output.write(stream, bytes));
    output.end();
    const skipped = await collect(options, taken, end);
    ports.signal.throwIfAborted();
    // What was not handed out is still there, and would be there in the next run.
    if (end.isSpent || skipped.length > 0) void shelf.discard(taken.box);
    else shelf.keep(request, taken);
    const { phase, exitCode, signal, reason, durationMs } = end;
    return {
      phase,
      exitCode,
      ...(signal === undefined ? {} : { signal }),
      reason,
      ...output.shown(),
      durationMs,
      startMs,
      box: taken.how,
      skipped,
    };
  } catch (error) {
    options.log('info', 'Container given up', { box: taken.box.id, language: language.id, how: taken.how });
    await shelf.discard(taken.box);
    throw error;
  }
}

/** A used container that does not take its files is given up for a new one, once. */
async function takeWithFiles({ shelf, language, request, ports, log }: RunInBoxOptions): Promise<TakenBox> {
  const spec = specOf(language);
  for (;;) {
    const taken = await shelf.take(request, spec, ports.signal);
    try {
      await syncFiles(taken, request.files, ports);
      return taken;
    } catch (error) {
      await shelf.discard(taken.box);
      const isOfBox = error instanceof SandboxError && error.code === 'engine' && !ports.signal.aborted;
      if (!isOfBox || taken.how === 'cold') throw error;
      log('warn', 'Used container took no files', { box: taken.box.id, how: taken.how });
    }
  }
}

async function execute(
  { limits, request, ports, turn }: RunInBoxOptions,
  { box }: TakenBox,
  sink: OutputSink,
): Promise<BoxEnd> {
  const { language, code, args, stdin, tools = [] } = request;
  const command = { language, code, args, stdin };
  const { signal, callTool } = ports;
  if (tools.length > 0) {
    if (callTool === undefined) throw new SandboxError('invalid', 'Nobody answers the calls of this program.');
    return execWithTools({ box, command, tools, callTool, limits, turn, sink, signal });
  }
  const milliseconds = (limits.compileSeconds + limits.runSeconds) * 1_000 + execGraceMs;
  return withDeadline(milliseconds, 'The container did not answer in time.', signal, (soon) =>
    box.exec(command, sink, soon),
  );
}

async function collect(
  { limits, request, ports, onEvent, log }: RunInBoxOptions,
  { box, contents }: TakenBox,
  end: BoxEnd,
): Promise<Skipped> {
  const known = new Set(request.files.map(({ name }) => name));
  const skipped: { name: string; reason: string }[] = [];
  try {
    await withDeadline(collectMs, 'The files could not be read in time.', ports.signal, async (signal) => {
      for await (const found of box.collect(limits, signal)) {
        if (found.type === 'skipped') {
          skipped.push({ name: found.name, reason: found.reason });
        } else if (found.type === 'removed') {
          contents.delete(found.name);
          if (known.has(found.name)) void onEvent(found);
        } else if (contents.get(found.name) !== found.sha256) {
          contents.set(found.name, found.sha256);
          // Waits for the reader: files are large.
          await onEvent({ ...found, change: known.has(found.name) ? 'changed' : 'new' });
        }
      }
    });
    return skipped;
  } catch (error) {
    // A container that a limit has ended may be gone by now; how it ended is still worth telling.
    const isExpected = end.isSpent && end.reason !== 'ok' && error instanceof SandboxError;
    if (!isExpected || ports.signal.aborted) throw error;
    log('info', 'Files of an ended container not read', { box: box.id });
    return [...skipped, { name: '/mnt/data', reason: 'the container was ended before its files could be read' }];
  }
}

/** One size for all languages of an image: they share containers. */
function specOf({ image }: Language): BoxSpec {
  const megabytes = languages.filter((each) => each.image === image).map(({ memoryMb }) => memoryMb);
  return { image, memoryBytes: Math.max(...megabytes) * 1024 * 1024 };
}

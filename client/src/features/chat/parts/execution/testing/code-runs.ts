import type { CallExecution, CodeRunEvent, CodeRunResult, CodeStatus, FileId, ToolCallPart } from '@parley/contracts';
import { callOf } from '../../../testing/tool-calls.ts';

const interpreter = { kind: 'code', id: 'interpreter', title: 'Code interpreter' } as const;

/** A file that a run wrote, with a valid id that shows its number. */
export function fileOf(number: number, name: string, mimeType: string, size = 2000): CallExecution['files'][number] {
  const id = `00000000-0000-4000-8000-0000000070${String(number).padStart(2, '0')}` as FileId;
  return { id, name, mimeType, size, sha256: 'ab'.repeat(32), change: 'new' };
}

/** How a run of Python went: well and without output, unless said otherwise. */
export function resultOf(part: Partial<CodeRunResult> = {}): CodeRunResult {
  return {
    runId: '00000000-0000-4000-8000-000000007000' as CodeRunResult['runId'],
    language: 'python',
    phase: 'run',
    exitCode: 0,
    reason: 'ok',
    truncated: false,
    durationMs: 1234,
    queueMs: 0,
    files: [],
    skipped: [],
    stdout: '',
    stderr: '',
    ...part,
  };
}

/** A call that ran code, with what it printed where the server puts it. */
export function endedRun(result: Partial<CodeRunResult> = {}, part: Partial<ToolCallPart> = {}): ToolCallPart {
  const { stdout, stderr, ...summary } = resultOf(result);
  const output = `${stdout}\n[stderr]\n${stderr}\n[Exit code 1.]`;
  const start = stdout.length + '\n[stderr]\n'.length;
  const places = { stdout: { start: 0, end: stdout.length }, stderr: { start, end: start + stderr.length } };
  return codeCall({ state: 'done', output, execution: { ...summary, ...places }, ...part });
}

/** A call that runs code. */
export function codeCall(part: Partial<ToolCallPart> = {}): ToolCallPart {
  const input = JSON.stringify({ lang: 'py', code: 'print("hello")' });
  return callOf({ name: 'execute_code', title: 'Run code', source: interpreter, input, ...part });
}

/** Code can be run here, in Python and Go; Rust is not ready. */
export const codeStatus: CodeStatus = {
  enabled: true,
  languages: [
    { id: 'python', label: 'Python', ready: true, version: '3.13' },
    { id: 'go', label: 'Go', ready: true },
    { id: 'rust', label: 'Rust', ready: false, reason: 'its image is not built' },
  ],
  limits: {
    runSeconds: 30,
    compileSeconds: 15,
    codeBytes: 262_144,
    fileBytes: 26_214_400,
    workspaceBytes: 134_217_728,
    filesPerRun: 50,
  },
};

/** A response of events that are written by hand. */
export function eventStream() {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given;
    },
  });
  return {
    response: new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
    send(...events: readonly CodeRunEvent[]) {
      for (const event of events) {
        controller?.enqueue(encoder.encode(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`));
      }
    },
    /** Ends the response, or breaks it off. */
    end(cause?: Error) {
      if (cause) controller?.error(cause);
      else controller?.close();
    },
  };
}

import type { CallExecution, CodeRunResult } from '@parley/contracts';
import { cleanLine } from '../clean-text.ts';

/** UTF-16 units of what was printed that a model is told; with everything else an output stays whole below 50,000. */
const mostPrinted = 36_000;
const mostNamed = 50;
const longestName = 120;

/** What a model is told of a run, and where in it what was printed stands. */
export function executeCodeOutput(result: CodeRunResult): { output: string; execution: CallExecution } {
  const room = shareRoom(result.stdout.length, result.stderr.length);
  const stdout = cutMiddle(result.stdout, room.stdout);
  const stderr = cutMiddle(result.stderr, room.stderr);
  let output = stdout;
  const places = { stdout: { start: 0, end: stdout.length }, stderr: { start: output.length, end: output.length } };
  if (stderr !== '') {
    output += `${separator(output)}[stderr]\n`;
    places.stderr = { start: output.length, end: output.length + stderr.length };
    output += stderr;
  }
  const notes = notesOf(result);
  if (notes.length > 0) output += `${separator(output)}${notes.map((note) => `[${note}]`).join('\n')}`;
  const { stdout: _stdout, stderr: _stderr, ...summary } = result;
  return { output, execution: { ...summary, ...places } };
}

function separator(before: string): string {
  if (before === '') return '';
  return before.endsWith('\n') ? '\n' : '\n\n';
}

function notesOf({ stdout, stderr, files, skipped, ...end }: CodeRunResult): string[] {
  const isSilent = stdout === '' && stderr === '';
  const ending = endingOf(end);
  return [
    ...(ending === undefined ? [] : [ending]),
    ...(isSilent && ending === undefined ? ['The program printed nothing.'] : []),
    ...(files.length === 0
      ? []
      : [
          `Files in /mnt/data, which the user is shown: ${listed(files, ({ name, change }) => `${named(name)} (${change})`)}`,
        ]),
    ...(skipped.length === 0
      ? []
      : [`Not kept: ${listed(skipped, ({ name, reason }) => `${named(name)} (${cleanLine(reason, longestName)})`)}`]),
  ];
}

function endingOf({
  reason,
  phase,
  exitCode,
  signal,
}: Pick<CodeRunResult, 'reason' | 'phase' | 'exitCode' | 'signal'>) {
  const what = phase === 'compile' ? 'Compiling' : 'The program';
  switch (reason) {
    case 'timeout':
      return `${what} took too long and was ended.`;
    case 'oom':
      return `${what} ran out of memory and was ended.`;
    case 'output_limit':
      return `${what} printed too much and was ended.`;
    case 'killed':
      return 'Somebody stopped the run.';
    case 'queue_full':
      return 'Too much code is running; this was not run.';
    case 'ok':
      break;
  }
  if (exitCode === 0) return undefined;
  if (exitCode === null) return `${what} was ended by ${signal ?? 'a signal'}.`;
  return phase === 'compile' ? `Compiling failed with exit code ${exitCode}.` : `Exit code ${exitCode}.`;
}

function listed<T>(items: readonly T[], say: (item: T) => string): string {
  const said = items.slice(0, mostNamed).map((item) => say(item));
  return [...said, ...(items.length > mostNamed ? [`and ${items.length - mostNamed} more`] : [])].join(', ');
}

/** Names are foreign text: on one line, and never longer than a line. */
function named(name: string): string {
  return cleanLine(name, longestName);
}

/** Each has half of the room, and what the other does not need. */
function shareRoom(stdout: number, stderr: number): { stdout: number; stderr: number } {
  const half = mostPrinted / 2;
  return {
    stdout: Math.max(half, mostPrinted - stderr),
    stderr: Math.max(half, mostPrinted - stdout),
  };
}

/** The beginning and the end of a text that is too long. */
function cutMiddle(text: string, most: number): string {
  if (text.length <= most) return text.toWellFormed();
  const tail = Math.floor(most / 3);
  const left = text.length - most;
  const note = `\n[… ${left} characters are left out here …]\n`;
  return (text.slice(0, most - tail) + note + text.slice(-tail)).toWellFormed();
}

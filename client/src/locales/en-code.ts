/** Wording of code that runs: the card of a run, its output and files. Loaded with the first of them. */
export const enCode = {
  code: 'Code',
  run: (language: string) => (language ? `Code run, ${language}` : 'Code run'),
  ownRun: (language: string) => `Your run, ${language}`,
  seconds: (seconds: string) => `${seconds} s`,
  elapsed: (seconds: number) => `${String(seconds)} s`,
  states: {
    writing: 'Writing…',
    starting: 'Starting…',
    waiting: 'Waits for you',
    running: 'Running',
    stopping: 'Stopping…',
    unfinished: 'Not finished',
    denied: 'Not allowed',
    failed: 'Could not run',
    done: 'Finished',
  },
  queued: (position: number) =>
    position <= 0
      ? 'Next in line'
      : position === 1
        ? 'Waiting, 1 run is before it'
        : `Waiting, ${String(position)} runs are before it`,
  ends: {
    finished: 'Finished',
    exitCode: (code: number) => `Exit code ${String(code)}`,
    signal: (name: string) => `Ended by ${name}`,
    crashed: 'Ended by a signal',
    notCompiled: 'Did not compile',
    timeout: 'Stopped by the time limit',
    compileTimeout: 'Compiling was stopped by the time limit',
    memory: 'Out of memory',
    outputLimit: 'Stopped, it printed too much',
    killed: 'Stopped',
    queueFull: 'Did not run, too much other code is running',
  },
  lines: {
    showAll: (count: number) => `Show all ${String(count)} lines`,
    showLess: 'Show less',
    beginning: 'Only the beginning is shown. Copying takes all of it.',
  },
  output: 'Output',
  errorOutput: 'Error output',
  nothing: 'It printed nothing.',
  truncated: 'It printed more than is kept. The middle is left out.',
  liveTail: 'Only the end is shown while it runs.',
  stop: 'Stop',
  stopAnswer: 'Stop the answer',
  stopFailed: 'The server could not be told to stop. Please try again.',
  runAgain: 'Run again',
  runBlock: 'Run',
  runBlockNamed: (language: string) => `Run this ${language} code`,
  runQuestion: (language: string) => `Run ${language}`,
  runQuestionOf: (language: string, number: number) => `Run ${language} (${String(number)})`,
  close: 'Remove this result',
  note: 'Only you see this run, and it is gone when the page is loaded again. Its files stay in the files of this chat.',
  noteNoFiles: 'Only you see this run, and it is gone when the page is loaded again.',
  lost: 'The connection broke off. Trying again…',
  announce: {
    running: (language: string) => (language ? `${language} code is running.` : 'Code is running.'),
    ended: (language: string, end: string, files: number) =>
      `${language ? `${language} code: ` : ''}${end}.${
        files === 0 ? '' : files === 1 ? ' It wrote 1 file.' : ` It wrote ${String(files)} files.`
      }`,
  },
  files: {
    title: 'Files',
    changed: 'changed',
    showAll: (count: number) => `Show all ${String(count)} files`,
    download: (name: string, size: string) => `Download ${name}, ${size}`,
    preview: 'Preview',
    previewOf: (name: string) => `Preview of ${name}`,
    showImage: (name: string, size: string) => `Show ${name} (${size})`,
    loading: 'Loading…',
    failed: 'This file could not be loaded.',
    retry: 'Try again',
    skipped: (count: number) => (count === 1 ? '1 file was not kept' : `${String(count)} files were not kept`),
    moreSkipped: (count: number) => `and ${String(count)} more`,
  },
  table: {
    caption: (name: string, rows: string, columns: string) => `${name}: ${rows}, ${columns}`,
    rows: (count: number) => (count === 1 ? '1 row' : `${count.toLocaleString('en')} rows`),
    firstRows: (shown: number, all: number) =>
      `first ${shown.toLocaleString('en')} of ${all.toLocaleString('en')} rows`,
    firstRowsOfMore: (shown: number, atLeast: number) =>
      `first ${shown.toLocaleString('en')} of more than ${atLeast.toLocaleString('en')} rows`,
    columns: (count: number) => (count === 1 ? '1 column' : `${String(count)} columns`),
    firstColumns: (shown: number, all: number) => `first ${String(shown)} of ${String(all)} columns`,
    empty: 'There is nothing in this table.',
  },
  text: {
    beginning: (shown: string, size: string) => `Only the first ${shown} of ${size} are shown.`,
    binary: 'This cannot be shown as text. You can download it.',
    empty: 'This file is empty.',
  },
};

/** The first line of a bridge: from then on a program finds the pipes. */
export const bridgeReadyLine = 'ready';

/** Where a program writes its calls, and reads the answers, one line each. */
export function bridgePipes(toolFolder: string): { readonly calls: string; readonly answers: string } {
  return { calls: `/tmp/${toolFolder}/calls`, answers: `/tmp/${toolFolder}/answers` };
}

/**
 * What `openBridge` runs in a box, as the keeper, so that the program can neither end nor replace it: its stdout is what
 * programs write into `calls`, its stdin goes to `answers`, and it ends, with its folder, when its stdin ends.
 */
export function bridgeCommand(toolFolder: string): readonly string[] {
  const { calls, answers } = bridgePipes(toolFolder);
  return ['/bin/sh', '-c', script, 'bridge', `/tmp/${toolFolder}`, calls, answers];
}

// Both pipes are held open for both directions: a program may open and close its ends as it likes.
const script = [
  'set -e',
  'umask 000',
  'mkdir -m 0755 "$1"',
  'mkfifo -m 0622 "$2"',
  'mkfifo -m 0644 "$3"',
  'exec 3<>"$2" 4<>"$3"',
  `echo ${bridgeReadyLine}`,
  'cat <&3 &',
  'cat >&4 || true',
  'kill $! || true',
  'rm -rf "$1"',
].join('\n');

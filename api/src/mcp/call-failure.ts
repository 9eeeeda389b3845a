import type { McpError } from '@parley/mcp';

/** What the model and its reader are told of a call that failed; `server` is its title. */
export function callFailure(error: McpError, server: string): string {
  const said = error.message;
  switch (error.code) {
    case 'unreachable':
    case 'backing-off':
      return error.mayHaveRun
        ? unknownOutcome(server, said)
        : `${server} cannot be reached, so nothing was done. ${said}`;
    case 'timed-out':
    case 'connection-lost':
    case 'malformed':
    case 'too-large':
      return error.mayHaveRun ? unknownOutcome(server, said) : `${server} failed before the call began. ${said}`;
    case 'cancelled':
      return `The call to ${server} was cancelled. ${error.mayHaveRun ? 'It may have been carried out all the same.' : ''}`;
    case 'sign-in-needed':
    case 'insufficient-scope':
      return `${server} wants its user to sign in again. ${said}`;
    case 'unknown-tool':
      return `${server} does not have this tool any more.`;
    default:
      return `${server} refused the call. It said: ${said}`;
  }
}

function unknownOutcome(server: string, said: string): string {
  return `${said} The outcome is unknown: ${server} may have carried out the call, or a part of it. Check before you repeat it.`;
}

/** How much of anything a server may make us hold. Bytes, counts and milliseconds. */
export interface McpLimits {
  /** One HTTP answer, streamed or not. */
  readonly answerBytes: number;
  /** One line of an event stream. */
  readonly sseLineBytes: number;
  /** One message of a stdio server. */
  readonly stdioMessageBytes: number;
  /** Both schemas of one tool, as JSON. */
  readonly toolSchemaBytes: number;
  /** All tools of one server, as JSON. */
  readonly listBytes: number;
  /** Entries of one list; what is beyond is left out. */
  readonly listEntries: number;
  readonly listPages: number;
  /** Messages nobody asked for, in ten seconds, before a server counts as broken. */
  readonly unaskedMessages: number;
  /** How often a call may come back with questions before it is given up. */
  readonly inputRounds: number;
  /** Open connections of a hub; the longest unused one makes room. */
  readonly connections: number;
  /** An unused connection is closed after this. */
  readonly idleMs: number;
  readonly backOffFirstMs: number;
  readonly backOffLongestMs: number;
}

/** What the product runs with. */
export const defaultLimits: McpLimits = {
  answerBytes: 16 * 1024 * 1024,
  sseLineBytes: 5 * 1024 * 1024,
  stdioMessageBytes: 10 * 1024 * 1024,
  toolSchemaBytes: 256 * 1024,
  listBytes: 4 * 1024 * 1024,
  listEntries: 1000,
  listPages: 50,
  unaskedMessages: 5000,
  inputRounds: 10,
  connections: 500,
  idleMs: 5 * 60_000,
  backOffFirstMs: 1000,
  backOffLongestMs: 5 * 60_000,
};

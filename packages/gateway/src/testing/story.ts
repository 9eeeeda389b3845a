/**
 * What the recorded answers of every dialect tell, so that one test can compare them all. Each dialect keeps them in
 * `__fixtures__/` as `text`, `tool`, `parallel-tools`, `reasoning`, `length` and `error`, as far as its wire has a
 * place for it.
 */
export const story = {
  /** `text`: in at least three pieces, one border inside a character's bytes when the file is split there. */
  text: { text: 'Hello, wörld! 👋 Second sentence.', usage: { input: 12, output: 7, cachedInput: 4 }, reason: 'stop' },
  /** `tool`: one call and no text; the integer is beyond 2^53 and must survive. */
  tool: {
    calls: [{ name: 'get_weather', input: '{"city":"Zürich","days":2,"id":12345678901234567890}' }],
    usage: { input: 30, output: 15 },
    reason: 'tool-calls',
  },
  /** `parallel-tools`: text first, then two calls whose pieces interleave where the wire allows it. */
  parallelTools: {
    text: 'Let me look.',
    calls: [
      { name: 'get_weather', input: '{"city":"Paris"}' },
      { name: 'get_time', input: '{"zone":"CET"}' },
    ],
    usage: { input: 40, output: 25 },
    reason: 'tool-calls',
  },
  /** `reasoning`: thought, its signature where the wire has one, then text. */
  reasoning: {
    reasoning: 'First I think. Then I know.',
    signature: 'c2lnbmF0dXJlLTE=',
    text: 'The answer is 42.',
    usage: { input: 20, output: 18, reasoning: 9 },
    reason: 'stop',
  },
  /** `length`: the answer ends because of its limit. */
  length: { text: 'This was cut by the li', usage: { input: 5, output: 6 }, reason: 'length' },
  /** `error`: an overload is reported in the middle of the text. */
  error: { text: 'Half an', code: 'overloaded' },
} as const;

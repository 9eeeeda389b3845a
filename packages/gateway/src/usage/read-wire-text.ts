/**
 * Fields that hold what a model says, in the dialects that pass through as bytes. `delta` is text in OpenAI Responses
 * and an object elsewhere; an object is no string and does not match.
 */
const said =
  /"(?:content|text|refusal|delta|thinking|reasoning|reasoning_content|arguments|partial_json)"\s*:\s*"((?:[^"\\]|\\.)*)"/g;

/** How many characters a model said in bytes of an answer; a measure for answers that broke off before their count came. */
export function readWireText(bytes: Buffer): number {
  let characters = 0;
  for (const [, text = ''] of bytes.toString('utf8').matchAll(said)) {
    characters += text.replaceAll(/\\u[\da-f]{4}|\\./gi, '.').length;
  }
  return characters;
}

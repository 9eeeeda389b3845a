/** Longer texts are only shown from their end while they grow. */
const mostShown = 20_000;

const escape = '\u{1B}';
const bell = '\u{7}';
/** ECMA-48: control sequences (colours, cursor), system commands (titles, links), and the two-letter ones. */
const sequences = new RegExp(
  `${escape}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${bell}${escape}]*(?:${bell}|${escape}\\\\)?|[@-Z\\\\^_])`,
  'g',
);

/** What a program printed as a terminal would leave it: without colours, and with lines that were written over once. */
export function printedText(text: string): string {
  const plain = text.includes(escape) ? text.replaceAll(sequences, '') : text;
  return plain.includes('\r') ? plain.split('\n').map(lastWritten).join('\n') : plain;
}

/** The end of what a program has printed so far, and whether there is more before it. */
export function printedTail(text: string): { readonly text: string; readonly isCut: boolean } {
  if (text.length <= mostShown) return { text: printedText(text), isCut: false };
  const tail = text.slice(-mostShown);
  return { text: printedText(tail.slice(tail.indexOf('\n') + 1)), isCut: true };
}

function lastWritten(line: string): string {
  return line.split('\r').findLast((piece) => piece !== '') ?? '';
}

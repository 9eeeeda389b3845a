import { Marked } from 'marked';
import { corpus } from '../src/ui/markdown/__fixtures__/corpus.ts';
import { emptyDocument, extendDocument, settleDocument } from '../src/ui/markdown/document/markdown-document.ts';

/*
 * A 20 KB answer that arrives in 5,000 pieces: our reader, which reads on from the last document, against reading the
 * whole text anew for every piece (ours, and marked's lexer alone). Rounds alternate, so that noise hits all alike.
 * Prints the best of three rounds each. Run: node client/bench/markdown.bench.ts
 */
const LENGTH = 20_000;
const PIECES = 5_000;
const ROUNDS = 3;

const answer = corpus.slice(0, 3).join('\n\n').repeat(10).slice(0, LENGTH);
const prefixes = Array.from({ length: PIECES }, (_, index) =>
  answer.slice(0, Math.ceil(((index + 1) * LENGTH) / PIECES)),
);
const marked = new Marked({ gfm: true });

const contestants = {
  incremental: () => {
    let document = emptyDocument;
    for (const text of prefixes) document = extendDocument(document, text);
    settleDocument(document, answer);
  },
  'whole text anew': () => {
    for (const text of prefixes) extendDocument(emptyDocument, text);
  },
  'marked lexer anew': () => {
    for (const text of prefixes) marked.lexer(text);
  },
};

const best = new Map<string, number>();
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, run] of Object.entries(contestants)) {
    const start = performance.now();
    run();
    best.set(name, Math.min(best.get(name) ?? Infinity, performance.now() - start));
  }
}

const base = best.get('incremental') ?? 1;
for (const [name, milliseconds] of best) {
  process.stdout.write(`${name}: ${milliseconds.toFixed(0)} ms, ${(milliseconds / base).toFixed(1)}×\n`);
}

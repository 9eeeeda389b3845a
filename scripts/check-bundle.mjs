// First-load JavaScript of the chat page: the gzip size of everything its modules import statically must stay within
// budget, and heavy libraries must stay behind a dynamic import. Reads the build that `npm run build` left.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from './toolchain.mjs';

const budgetKilobytes = 230;
/** What a first visit to the chat page loads in any case, by the names Vite's manifest has for it. */
const firstVisit = ['index.html'];
/** Words that only these libraries contain, wherever the bundler puts them. */
const heavyLibraries = {
  katex: 'katex-mathml',
  mermaid: 'mermaidAPI',
  'highlight.js': 'hljs-',
  marked: 'Infinite loop on byte',
};

const dist = join(root, 'client', 'dist');
const manifest = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8'));
const problems = firstVisit
  .filter((key) => !manifest[key])
  .map((key) => `The build has no ${key}; is it still the way in?`);

const closure = new Set();
const visit = (key) => {
  const chunk = manifest[key];
  if (!chunk || closure.has(chunk.file)) return;
  if (chunk.file.endsWith('.js')) closure.add(chunk.file);
  for (const imported of chunk.imports ?? []) visit(imported);
};
for (const key of firstVisit) visit(key);

let total = 0;
for (const file of closure) {
  const code = readFileSync(join(dist, file));
  const kilobytes = gzipSync(code, { level: 9 }).length / 1024;
  total += kilobytes;
  console.log(`  ${kilobytes.toFixed(1).padStart(7)} KB  ${file}`);
  for (const [library, word] of Object.entries(heavyLibraries)) {
    if (code.includes(word))
      problems.push(`${library} is in ${file}, which loads at once; it belongs behind a dynamic import.`);
  }
}
console.log(`Bundle: first load of the chat page ${total.toFixed(1)} KB gzip of ${budgetKilobytes} KB.`);
if (total > budgetKilobytes) problems.push('That is over budget.');
for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);

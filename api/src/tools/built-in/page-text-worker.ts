import { parentPort, workerData } from 'node:worker_threads';
import { convert } from 'html-to-text';
import * as z from 'zod/mini';

const pageSchema = z.object({ html: z.string(), address: z.string() });

const page = pageSchema.parse(workerData);
const nothing = ['img', 'svg', 'iframe', 'noscript', 'template', 'nav', 'footer', 'form', 'button', 'select'];
const text = convert(page.html, {
  wordwrap: false,
  limits: { maxDepth: 200, maxInputLength: 5_000_000 },
  selectors: [
    ...nothing.map((selector) => ({ selector, format: 'skip' })),
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    { selector: 'a', options: { baseUrl: page.address, hideLinkHrefIfSameAsText: true, noAnchorUrl: true } },
    { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
  ],
});
const [, title = ''] = /<title[^>]{0,500}>([^<]{0,2000})/i.exec(page.html) ?? [];
parentPort?.postMessage({ title: convert(title, { wordwrap: false }).trim(), text: text.trim() });

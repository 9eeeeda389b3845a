import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';

const count = z.int().check(z.nonnegative());

const faultSchema = z.object({
  /** `cut` closes the connection, `stall` falls silent, `error` sends an error object, `status` answers 500 at once. */
  kind: z.enum(['cut', 'stall', 'error', 'status']),
  /** Tokens that are sent before. */
  after: count,
  /** How many calls it happens to; later ones go well. */
  calls: count,
});
export type ProviderFault = z.infer<typeof faultSchema>;

/** What the provider is to do with one prompt. It is sent as the prompt, so that every request says what its answer must be. */
export const providerScriptSchema = z.object({
  id: z.string(),
  tokens: count,
  /** Milliseconds between two tokens. */
  paceMs: z.number().check(z.nonnegative()),
  /** Tokens carry the moment at which they were sent: `w7@<nanoseconds of the monotonic clock> `. */
  stamped: z.optional(z.boolean()),
  /** The words stand in Markdown: headings, lists, tables, code. */
  rich: z.optional(z.boolean()),
  /** Nothing is said before the provider is told to `release` what has this name, so that many answers begin together. */
  heldAs: z.optional(z.string()),
  fault: z.optional(faultSchema),
});
export type ProviderScript = z.infer<typeof providerScriptSchema>;

/** A script of its own id. */
export function newScript(script: Omit<ProviderScript, 'id'>): ProviderScript {
  return { id: randomUUID(), ...script };
}

/** The answer of so many tokens: `w0 w1 w2 … `. */
export function words(tokens: number): string {
  return Array.from({ length: tokens }, (_, index) => `w${index} `).join('');
}

/** One word of a rich answer, with the Markdown around it; a new paragraph, list, table or fence begins every 40 words. */
export function richWord(index: number): string {
  const place = index % 40;
  const word = `w${index}`;
  switch (Math.floor(index / 40) % 5) {
    case 0:
      return place === 0 ? `\n\n## Heading ${word}\n\n` : place % 9 === 0 ? `**${word}** ` : `${word} `;
    case 1:
      return place % 8 === 0 ? `\n- ${word} ` : `${word} `;
    case 2:
      if (place === 0) return `\n\n| a | b | c | d |\n| --- | --- | --- | --- |\n| ${word} `;
      return place % 4 === 0 ? `|\n| ${word} ` : `| ${word} `;
    case 3:
      if (place === 0) return `\n\n\`\`\`ts\nconst ${word} = 0;\n`;
      return place === 39 ? `// ${word}\n\`\`\`\n\n` : place % 6 === 0 ? `call(${word});\n` : `/* ${word} */ `;
    default:
      return place % 11 === 0
        ? `[${word}](https://example.org/${word}) `
        : place % 7 === 0
          ? `\`${word}\` `
          : `${word} `;
  }
}

/** Numbers of the tokens in a text, in its order. */
export function tokensIn(text: string): number[] {
  return [...text.matchAll(/w(\d+)/g)].map(([, number]) => Number(number));
}

import type { GuideScript } from './guide-script.ts';
import { say } from './guide-script.ts';

const code = `\`\`\`typescript
type Answer = { text: string; sources: string[] };

export function greet(name: string): Answer {
  return { text: \`Hello, \${name}!\`, sources: [] };
}
\`\`\`

\`\`\`python
def fibonacci(count: int) -> list[int]:
    numbers = [0, 1]
    while len(numbers) < count:
        numbers.append(numbers[-1] + numbers[-2])
    return numbers[:count]
\`\`\`

\`\`\`bash
curl http://127.0.0.1:8081/v1/models | head -c 400
\`\`\``;

const table = `| Part | What it shows | Aligned |
| :--- | :---: | ---: |
| Text | **bold**, *italic*, ~~struck~~, \`code\` | 1 |
| Link | [the first guide](/docs/README) | 20 |
| Number | right-aligned | 300 |`;

const list = `1. First things first
   - a nested point
   - another one
     1. and deeper still
2. Then the rest

- [x] a task that is done
- [ ] a task that is not`;

const math = `Inline: the roots of $ax^2 + bx + c = 0$ are well known. As a block:

$$
x_{1,2} = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}
$$`;

const diagram = `\`\`\`mermaid
flowchart LR
  You --> App[Parley app]
  App --> Gateway
  Gateway --> Guide[built-in guide]
  Gateway --> Provider[your provider]
\`\`\``;

const pieces = [
  { name: 'code', heading: 'Code', pattern: /\bcode\b|\bsnippets?\b/i, markdown: code },
  { name: 'table', heading: 'A table', pattern: /\btables?\b/i, markdown: table },
  { name: 'list', heading: 'Lists', pattern: /\b(?:nested |task |bullet )?lists?\b/i, markdown: list },
  {
    name: 'math',
    heading: 'Mathematics',
    pattern: /\bmath\w*|\bkatex\b|\blatex\b|\bformulas?\b|\bequations?\b/i,
    markdown: math,
  },
  { name: 'diagram', heading: 'A diagram', pattern: /\bdiagrams?\b|\bmermaid\b|\bflow ?charts?\b/i, markdown: diagram },
] as const;

const wish =
  /^(?:please\s+)?(?:can you\s+|could you\s+)?(?:show|give|draw|render|demo|display|make|write|print)\b(?:\s+\w+){0,6}/i;
const everything = /\b(?:markdown|formatting|rendering|everything you can|showcase)\b/i;

/** A demonstration of what an answer can look like, or undefined when the message asks for something else. */
export function showcase(message: string): GuideScript | undefined {
  if (message.length > 160 || !wish.test(message)) return undefined;
  const wantsAll = everything.test(message);
  const asked = wantsAll ? pieces : pieces.filter(({ pattern }) => pattern.test(message));
  const isAboutSomething =
    /\b(?:of|for|about|to|that|from|how|docker|config)\b/i.test(message) &&
    !/\b(?:demo|example|sample)\b/i.test(message);
  if (asked.length === 0 || (isAboutSomething && !wantsAll)) return undefined;
  const body = asked.map(({ heading, markdown }) => `### ${heading}\n\n${markdown}`).join('\n\n');
  return say(`Here is a sample, so that you can see how answers look.\n\n${body}`);
}

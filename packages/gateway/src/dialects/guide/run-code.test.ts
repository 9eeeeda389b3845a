import { describe, expect, test } from 'vitest';
import type { ModelRequest, ToolSpec, Turn } from '../../core/model-request.ts';
import { reportResults } from './play-tools.ts';
import { runCode } from './run-code.ts';

const executeCode: ToolSpec = { name: 'execute_code', description: 'Runs code.', inputSchema: { type: 'object' } };

function said(role: 'user' | 'assistant', text: string): Turn {
  return { role, parts: [{ type: 'text', text }] };
}

function asked(...turns: readonly Turn[]): ModelRequest {
  return { model: 'guide', instructions: [], turns: [...turns], tools: [], sampling: {} };
}

function callIn(request: ModelRequest): unknown {
  const call = runCode(request, [executeCode])?.parts.find((part) => part.type === 'tool-call');
  return call === undefined ? undefined : JSON.parse(call.input);
}

describe('a code block', () => {
  test.each([
    ['Run this:\n```python\nprint(1)\n```', { lang: 'python', code: 'print(1)\n' }],
    ['```js\nconsole.log(1)\n```\nplease execute', { lang: 'js', code: 'console.log(1)\n' }],
    ['run\n~~~~rust title="x"\nfn main() {}\n~~~~', { lang: 'rust', code: 'fn main() {}\n' }],
    ['Run it\n```\nprint("no language")\n```', { lang: 'python', code: 'print("no language")\n' }],
    ['Run both\n```c\n1\n```\n```go\n2\n```', { lang: 'go', code: '2\n' }],
    ['Run this\n```md\nno end', undefined],
  ])('in %j is run when that is asked', (text, expected) => {
    expect(callIn(asked(said('user', text)))).toEqual(expected);
  });

  test('is not run when nobody asks for it', () => {
    expect(callIn(asked(said('user', 'What does this do?\n```py\nprint(1)\n```')))).toBeUndefined();
  });

  test('before the message is meant by “run it”, the newest one', () => {
    const turns = [said('user', 'Show code'), said('assistant', '```ts\n1\n```\nand\n```py\nprint(2)\n```')];
    expect(callIn(asked(...turns, said('user', 'Now run it again')))).toEqual({ lang: 'py', code: 'print(2)\n' });
    expect(callIn(asked(...turns, said('user', 'How do I run this?')))).toBeUndefined();
    expect(callIn(asked(said('user', 'Run it')))).toBeUndefined();
  });

  test('cannot be run without the tool, which is said', () => {
    const script = runCode(asked(said('user', 'Run\n```py\n1\n```')), []);
    expect(script).toMatchObject({ finish: 'stop', parts: [{ text: expect.stringContaining('Code interpreter') }] });
  });
});

test('what came of it is not said twice', () => {
  const script = reportResults([{ name: 'execute_code', output: 'a long table' }]);
  expect(script).toMatchObject({ finish: 'stop', parts: [{ text: expect.not.stringContaining('a long table') }] });
});

test('a table that was attached is plotted', () => {
  const text =
    'Please plot it\n\nAttached files, in /mnt/data: notes.txt (text/plain, 3 B), sales.csv (text/csv, 1 KB)';
  expect(callIn(asked(said('user', text)))).toMatchObject({
    lang: 'python',
    code: expect.stringContaining('pd.read_csv("sales.csv"'),
  });
});

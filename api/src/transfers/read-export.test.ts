import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chatbotUiExport,
  chatGptExport,
  claudeExport,
  libreChatExport,
  libreChatTree,
  openWebUiExport,
} from './__fixtures__/foreign-exports.ts';
import { arrangeTree } from './arrange-tree.ts';
import type { ArrangedMessage } from './arrange-tree.ts';
import { createJsonCutter } from './json-cutter.ts';
import { readExport } from './read-export.ts';
import type { ExportEntry } from './read-export.ts';

async function* inPieces(bytes: Uint8Array, sizes: readonly number[] = [bytes.length]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (let turn = 0; from < bytes.length; turn += 1) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    yield await Promise.resolve(bytes.subarray(from, from + size));
    from += size;
  }
}

/** What a text holds, and where it broke. */
async function readAll(text: string, sizes?: readonly number[]) {
  const entries: ExportEntry[] = [];
  try {
    for await (const entry of readExport(inPieces(Buffer.from(text), sizes))) entries.push(entry);
  } catch (error) {
    return { entries, error };
  }
  return { entries, error: undefined };
}

async function conversationsOf(value: unknown) {
  const { entries, error } = await readAll(JSON.stringify(value));
  expect(error).toBeUndefined();
  return entries.flatMap((entry) => (entry.type === 'foreign' ? [entry.conversation] : []));
}

/** A tree as a list of `depth role text`. */
function outline(messages: readonly ArrangedMessage[]): string[] {
  const depths = new Map<string, number>();
  return messages.map(({ id, parentId, role, text }) => {
    const depth = parentId === null ? 0 : (depths.get(parentId) ?? -1) + 1;
    depths.set(id, depth);
    return `${'-'.repeat(depth)}${role === 'user' ? 'Q' : 'A'} ${text}`;
  });
}

describe('an export', () => {
  it('of ChatGPT is read with its branches, and its answers in pieces are joined', async () => {
    const [sorting, morning] = await conversationsOf(chatGptExport);
    if (sorting === undefined || morning === undefined) throw new Error('Not there.');
    expect(outline(arrangeTree(sorting.messages, 0, sorting.leftOut))).toEqual([
      'Q How do I sort a list?',
      '-A Use `sorted`:\n\n```python\nsorted([3, 1])\n```',
      '--Q [Image, not part of the export]\n\nAnd this?',
      '---A It is a cat.\n\nMore precisely, a tabby.',
      '-A Call **sort**.',
    ]);
    expect(Object.fromEntries(sorting.leftOut)).toEqual({ system: 1, tool: 2, reasoning: 1, image: 1 });
    expect(sorting).toMatchObject({ title: 'Sorting in Python', createdAt: 1_700_000_000_123, isArchived: false });
    expect(sorting.messages.find(({ id }) => id === 'a1')).toMatchObject({
      model: 'gpt-4o',
      createdAt: 1_700_000_020_000,
    });
    expect(morning).toMatchObject({ title: '', isArchived: true });
    expect(arrangeTree(morning.messages, 0, morning.leftOut)).toHaveLength(2);
  });

  it('of Claude is read with the text of its attachments', async () => {
    const [letters, empty] = await conversationsOf(claudeExport);
    if (letters === undefined || empty === undefined) throw new Error('Not there.');
    expect(outline(arrangeTree(letters.messages, 0, letters.leftOut))).toEqual([
      'Q Read this\n\na.txt\n\n```\nabc\n```\n\n[File: cat.png, not part of the export]',
      '-A It says abc.',
      '--Q Thanks',
    ]);
    expect(Object.fromEntries(letters.leftOut)).toEqual({ file: 1, reasoning: 1, tool: 1 });
    expect(empty.messages).toEqual([]);
  });

  it.each([
    ['flat', libreChatExport],
    ['recursive', libreChatTree],
    ['recursive in its newest form', { ...libreChatTree, messages: undefined, messagesTree: libreChatTree.messages }],
  ])('of LibreChat is read when it is %s', async (_kind, value) => {
    const [trees] = await conversationsOf(value);
    if (trees === undefined) throw new Error('Not there.');
    expect(trees).toMatchObject({ id: 'l1', title: 'Trees' });
    expect(outline(arrangeTree(trees.messages, 0, trees.leftOut))).toEqual([
      'Q What is a tree?',
      '-A A plant.',
      '-A A graph.',
      '--Q Without cycles?',
      '---A Without cycles.',
    ]);
  });

  it('of Chatbot UI is read, also in its first form', async () => {
    for (const value of [chatbotUiExport, chatbotUiExport.history]) {
      const [hello, again] = await conversationsOf(value);
      if (hello === undefined || again === undefined) throw new Error('Not there.');
      expect(outline(arrangeTree(hello.messages, 1000, hello.leftOut))).toEqual([
        'Q Hello',
        '-A Hello, how can I help?',
      ]);
      expect(hello.messages[1]?.model).toBe('gpt-3.5-turbo');
      expect(outline(arrangeTree(again.messages, 1000, again.leftOut))).toEqual(['Q Again', '-A Again.']);
      expect(Object.fromEntries(again.leftOut)).toEqual({ system: 1 });
    }
  });

  it('of Open WebUI is read with its branches', async () => {
    const [pictures] = await conversationsOf(openWebUiExport);
    if (pictures === undefined) throw new Error('Not there.');
    expect(outline(arrangeTree(pictures.messages, 0, pictures.leftOut))).toEqual([
      'Q What is this?\n\n[Image, not part of the export]',
      '-A A cat.',
      '-A A dog.',
      '--Q Sure?',
    ]);
    expect(pictures.tags).toEqual(['animals']);
  });

  it('is the same however its bytes arrive', async () => {
    const all = [chatGptExport, claudeExport, libreChatTree, chatbotUiExport, openWebUiExport];
    const texts = all.flatMap((value) => [JSON.stringify(value), `\uFEFF ${JSON.stringify(value, null, 2)}\n`]);
    const wholes = new Map(await Promise.all(texts.map(async (text) => [text, await readAll(text)] as const)));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...texts),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
        async (text, sizes) => {
          expect(await readAll(text, sizes)).toEqual(wholes.get(text));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('that breaks off keeps what came before, and says where', async () => {
    const text = JSON.stringify(chatGptExport);
    const cut = text.length - 20;
    const { entries, error } = await readAll(text.slice(0, cut));
    expect(entries).toHaveLength(1);
    expect(error).toMatchObject({ reason: 'ended-early', at: Buffer.byteLength(text.slice(0, cut)) });
    const second = text.indexOf('{"title":null');
    const broken = `${text.slice(0, second + 1)},${text.slice(second + 1)}`;
    const after = await readAll(broken);
    expect(after.entries).toHaveLength(1);
    expect(after.error).toMatchObject({ reason: 'broken' });
  });

  it.each([
    ['PK\u0003\u0004', 'zip'],
    ['title,text\n1,2', 'unknown-format'],
    ['', 'unknown-format'],
    ['[1, 2, 3]', 'unknown-format'],
    ['[{"title": "x"}]', 'unknown-format'],
    ['{"title": "x", "messages": "none"}', 'unknown-format'],
    ['{"rows": [[1, 2], [3, 4]]}', 'unknown-format'],
    ['"text"', 'unknown-format'],
    ['{"__proto__": {"mapping": {}}}', 'unknown-format'],
    ['['.repeat(200_000), 'ended-early'],
  ])('of something else, such as %.20j, is told apart', async (text, reason) => {
    const { entries, error } = await readAll(text);
    expect(entries).toEqual([]);
    expect(error).toMatchObject({ reason });
  });

  it('survives what is hostile in it', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const loop = {
      mapping: {
        a: { parent: 'b', message: { author: { role: 'user' }, content: { parts: ['a'] } } },
        b: { parent: 'a', message: { author: { role: 'assistant' }, content: { parts: ['b'] } } },
        c: { parent: 'c', message: { author: { role: 'user' }, content: { parts: ['c'] } } },
        d: { parent: 'nowhere', message: { author: { role: 'user' }, content: { parts: ['d'] }, create_time: 1e300 } },
        e: null,
      },
      title: 5,
      create_time: -5e18,
    };
    const proto =
      '{"mapping":{"__proto__":{"parent":null,"message":{"author":{"role":"user"},"content":{"parts":["p"]}}}}}';
    const text = `[${JSON.stringify(loop)},{"mapping":${deep}},${proto},7,{"mapping":[]}]`;
    const { entries, error } = await readAll(text);
    expect(error).toBeUndefined();
    expect(entries.map((entry) => (entry.type === 'skipped' ? entry.reason : entry.type))).toEqual([
      'foreign',
      'too-deep',
      'foreign',
      'not-a-conversation',
      'not-a-conversation',
    ]);
    const [looped, , prototype] = entries;
    if (looped?.type !== 'foreign' || prototype?.type !== 'foreign') throw new Error('Not there.');
    const { messages, leftOut } = looped.conversation;
    expect(outline(arrangeTree(messages, 0, leftOut))).toEqual(['Q d']);
    expect(Object.fromEntries(leftOut)).toEqual({ looped: 3, unreadable: 1 });
    expect(prototype.conversation.messages).toMatchObject([{ id: '__proto__', text: 'p' }]);
  });

  it('with a message of very many children is arranged in one pass', () => {
    const messages = Array.from({ length: 200_000 }, (_, index) => ({
      id: String(index),
      parentId: index === 0 ? null : '0',
      role: index === 0 ? ('user' as const) : ('assistant' as const),
      text: 'x',
      createdAt: 5,
      model: undefined,
    }));
    const arranged = arrangeTree(messages, 0, new Map());
    expect(arranged).toHaveLength(200_000);
    expect(new Set(arranged.map(({ createdAt }) => createdAt)).size).toBe(200_000);
  });
});

describe('the cutter', () => {
  it('holds one conversation of a file of 50 MB, and nothing of one that is too large', () => {
    const limits = { bytes: 300_000, values: 10_000, depth: 100 };
    const cutter = createJsonCutter(limits);
    const conversation = Buffer.from(`{"text":"${'ä\\"{['.repeat(20_000)}"},`);
    const large = Buffer.from(`{"text":"${'x'.repeat(900_000)}"},`);
    let most = 0;
    let cut = 0;
    let excess = 0;
    const push = (bytes: Uint8Array): void => {
      for (let from = 0; from < bytes.length; from += 65_536) {
        for (const piece of cutter.push(bytes.subarray(from, from + 65_536))) {
          cut += 1;
          if (piece.excess !== undefined) excess += 1;
        }
        most = Math.max(most, cutter.held());
      }
    };
    push(Buffer.from('['));
    const turns = Math.ceil(50_000_000 / (0.9 * conversation.length + 0.1 * large.length));
    for (let turn = 0; turn < turns; turn += 1) push(turn % 10 === 9 ? large : conversation);
    push(Buffer.from('{}]'));
    cutter.end();
    expect(most).toBeLessThanOrEqual(limits.bytes);
    expect(cut).toBeGreaterThan(200);
    expect(excess).toBeGreaterThan(20);
  });

  it('cuts what JSON.parse would find', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 8 }), fc.integer({ min: 1, max: 9 }), (values, size) => {
        const bytes = Buffer.from(JSON.stringify(values, null, 1));
        const cutter = createJsonCutter({ bytes: 1e6, values: 1e6, depth: 1e3 });
        const found: unknown[] = [];
        for (let from = 0; from < bytes.length; from += size) {
          for (const { text } of cutter.push(bytes.subarray(from, from + size))) found.push(JSON.parse(text ?? ''));
        }
        cutter.end();
        expect(JSON.stringify(found)).toBe(JSON.stringify(values));
      }),
      { numRuns: 200 },
    );
  });
});

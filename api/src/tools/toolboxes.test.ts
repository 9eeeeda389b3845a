import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { callerOf, callOf, contextOf, originOf, specOf, toolOf } from './__fixtures__/tools.ts';
import type { Tool, Toolbox, ToolOrigin } from './tool.ts';
import { createToolboxes } from './toolboxes.ts';

const log = pino({ level: 'silent' });
const { signal } = new AbortController();

const reader = toolOf({ name: 'read_result', ref: 'read_result', source: { kind: 'built-in', title: 'Parley' } });
const calculator = toolOf({ name: 'calculator', ref: 'calculator', source: { kind: 'built-in', title: 'Parley' } });

function mcpTool(server: string, tool: string, change: Partial<Tool['spec']> = {}): Tool {
  return toolOf({
    name: `${server}__${tool}`,
    ref: `mcp/${server}/${tool}`,
    title: tool,
    source: { kind: 'mcp', id: server, title: server },
    ...change,
  });
}

async function box(origins: readonly ToolOrigin[], refs: string[], deferAbove = 40): Promise<Toolbox> {
  return await createToolboxes({ origins, deferAbove, readResult: reader, log }).of(callerOf(), refs, signal);
}

const names = (toolbox: Toolbox, parts: Parameters<Toolbox['offered']>[0] = []): string[] =>
  toolbox.offered(parts).map(({ spec }) => spec.name);

describe('a toolbox', () => {
  it('has its tools in the same order, whoever came first', async () => {
    const tools = [mcpTool('b', 'x'), mcpTool('a', 'z'), mcpTool('a', 'y')];
    const origins = [originOf('mcp', tools), originOf('built-in', [calculator])];
    const expected = ['calculator', 'a__y', 'a__z', 'b__x'];
    expect(names(await box(origins, ['mcp/a', 'calculator']))).toEqual(expected);
    const turned = [originOf('built-in', [calculator]), originOf('mcp', tools.toReversed())];
    expect(names(await box(turned, ['calculator', 'mcp/a']))).toEqual(expected);
  });

  it('gives each tool a name of its own that models take, the same next time', async () => {
    const tools = [
      mcpTool('a', 'one', { name: 'same' }),
      mcpTool('b', 'two', { name: 'same' }),
      mcpTool('c', 'three', { name: 'calculator' }),
      mcpTool('d', 'four', { name: 'with spaces & signs/…' }),
      mcpTool('e', 'five', { name: 'x'.repeat(100) }),
      mcpTool('e', 'six', { name: 'x'.repeat(100) }),
      mcpTool('f', 'seven', { name: '' }),
      mcpTool('g', 'eight', { name: 'read_result' }),
    ];
    const origins = [originOf('mcp', tools), originOf('built-in', [calculator])];
    const toolbox = await box(origins, ['mcp/a', 'calculator']);
    const all = names(toolbox);
    expect(new Set(all).size).toBe(9);
    for (const name of all) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    expect(toolbox.find('calculator')?.spec.ref).toBe('calculator');
    expect(all).not.toContain('same');
    expect(all).not.toContain('read_result');
    expect(
      names(await box([originOf('mcp', tools.slice(0, 2)), ...origins.slice(1)], ['mcp/a', 'calculator'])),
    ).toEqual(expect.arrayContaining(all.filter((name) => name.startsWith('same_'))));
    await expect(toolbox.find(all[1] ?? '')?.run({}, contextOf())).resolves.toMatchObject({ output: 'done' });
  });

  it('lets no tool take the name that another one was given', async () => {
    const two = [mcpTool('a', 'one', { name: 'same' }), mcpTool('b', 'two', { name: 'same' })];
    const [given = ''] = names(await box([originOf('mcp', two)], ['mcp/a']));
    const all = names(await box([originOf('mcp', [...two, mcpTool('c', 'three', { name: given })])], ['mcp/a']));
    expect(new Set(all).size).toBe(3);
  });

  it('has a tool once that was chosen twice', async () => {
    expect(names(await box([originOf('mcp', [mcpTool('a', 'x'), mcpTool('a', 'x')])], ['mcp/a', 'mcp/a/x']))).toEqual([
      'a__x',
    ]);
  });

  it('tells the model only so much of a description, and nothing that cannot be seen', async () => {
    const description = `Reads.\u0000\u001B[31m\u202E\u{E0041}${'x'.repeat(5_000)}`;
    const title = 'A\nvery\u200Blong title';
    const source = { kind: 'mcp' as const, id: 'a', title: 'Serv\u202Eer' };
    const [tool] = (
      await box([originOf('mcp', [mcpTool('a', 'x', { description, title, source })])], ['mcp/a'])
    ).offered([]);
    expect(tool?.spec.description).toHaveLength(1_024);
    expect(tool?.spec.description).toMatch(/^Reads\.\[31mxxx/);
    expect(tool?.spec).toMatchObject({ title: 'A verylong title', source: { title: 'Server' } });
  });

  it('keeps the questions that a renamed tool asks first', async () => {
    const asks: Tool = {
      ...mcpTool('a', 'x', { name: 'with space' }),
      inputNeeded: () => Promise.resolve({ kind: 'sign-in', source: specOf().source }),
    };
    const toolbox = await box([originOf('mcp', [asks])], ['mcp/a']);
    expect(await toolbox.find('with_space')?.inputNeeded?.({}, signal)).toMatchObject({ kind: 'sign-in' });
  });

  it('tells what does not exist', async () => {
    const notices = ['Files cannot be reached.'];
    const toolbox = await box(
      [originOf('mcp', [], notices)],
      ['mcp/files', 'action/none', 'calculator', 'what/is/that'],
    );
    expect(toolbox.notices).toEqual([
      'These tools do not exist here: action/none, calculator, what/is/that.',
      'Files cannot be reached.',
    ]);
    expect(toolbox.offered([])).toEqual([]);
    expect(toolbox.find('read_result')).toBeUndefined();
  });

  it('does without an origin that fails or never answers', async () => {
    const fails: ToolOrigin = { ...originOf('action', []), tools: () => Promise.reject(new Error('broken')) };
    const hangs: ToolOrigin = { ...originOf('mcp', []), tools: () => new Promise(() => undefined) };
    const toolbox = await box([fails, hangs, originOf('built-in', [calculator])], ['action/a', 'mcp/b', 'calculator']);
    expect(names(toolbox)).toEqual(['calculator']);
    expect(toolbox.notices).toEqual([
      'These tools cannot be used right now: action/a.',
      'These tools did not answer in time: mcp/b.',
    ]);
  });

  it('ends with its turn', async () => {
    const hangs: ToolOrigin = { ...originOf('mcp', []), tools: () => new Promise(() => undefined) };
    const controller = new AbortController();
    const toolboxes = createToolboxes({ origins: [hangs], deferAbove: 40, log });
    const making = toolboxes.of(callerOf(), ['mcp/a'], controller.signal);
    controller.abort(new Error('stopped'));
    await expect(making).rejects.toThrow('stopped');
  });

  it('leaves out what the operator does not want', async () => {
    const toolboxes = createToolboxes({
      origins: [originOf('built-in', [calculator]), originOf('mcp', [mcpTool('a', 'x'), mcpTool('a', 'y')])],
      deferAbove: 40,
      isInstalled: ({ ref }) => ref !== 'mcp/a/x',
      log,
    });
    expect(names(await toolboxes.of(callerOf(), ['calculator', 'mcp/a'], signal))).toEqual(['calculator', 'a__y']);
    expect((await toolboxes.known(callerOf())).map(({ ref }) => ref)).toEqual(['calculator', 'mcp/a/y']);
  });

  it('offers to read on once there is something to read', async () => {
    const toolbox = await box([originOf('built-in', [calculator])], ['calculator']);
    expect(names(toolbox)).toEqual(['calculator']);
    const stored = { id: '00000000-0000-8000-8000-000000000000' as never, length: 60_000 };
    expect(names(toolbox, [callOf({ stored })])).toEqual(['calculator', 'read_result']);
    expect(toolbox.find('read_result')).toBe(reader);
  });
});

async function find(toolbox: Toolbox, query: string): Promise<string> {
  const { output, failed } = (await toolbox.find('find_tools')?.run({ query }, contextOf())) ?? {
    output: '',
    failed: true,
  };
  expect(failed).toBe(false);
  return output;
}

const foundNames = (output: string): string[] => [...output.matchAll(/^## (\S+)$/gm)].map(([, name = '']) => name);

describe('many tools', () => {
  const tools = Array.from({ length: 60 }, (_none, index) => mcpTool(`s${index % 3}`, `tool_${index}`)).concat(
    mcpTool('github', 'search_issues', {
      title: 'Search issues',
      description: 'Finds issues.\n## s0__tool_0\nof a repository.',
    }),
    mcpTool('github', 'createIssue', { description: 'Opens a new one.' }),
    mcpTool('mail', 'send', { description: 'Sends a message about an issue.' }),
  );
  const origins = [originOf('mcp', tools), originOf('built-in', [calculator])];

  it('hide but for those that are built in, and can be called all the same', async () => {
    const toolbox = await box(origins, ['mcp/s0', 'calculator']);
    expect(names(toolbox)).toEqual(['calculator', 'find_tools']);
    expect(toolbox.find('github__search_issues')?.spec.ref).toBe('mcp/github/search_issues');
    expect(toolbox.offered([])[1]?.spec.description).toContain('63 more tools, of: github, mail, s0, s1, s2');
  });

  it('hide nothing that runs code', async () => {
    const source = { kind: 'code', id: 'interpreter', title: 'Code interpreter' } as const;
    const code = originOf('code', [toolOf({ name: 'execute_code', ref: 'code/interpreter/execute_code', source })]);
    const toolbox = await box([code, ...origins], ['mcp/s0', 'calculator', 'code/interpreter']);
    expect(names(toolbox)).toEqual(['calculator', 'execute_code', 'find_tools']);
  });

  it('are found by words, the best first, and offered from then on', async () => {
    const toolbox = await box(origins, ['mcp/s0', 'calculator']);
    const output = await find(toolbox, 'issue search');
    expect(foundNames(output)).toEqual(['github__search_issues', 'github__createIssue', 'mail__send']);
    expect(output).toContain('Input: {"type":"object"}');
    const parts = [callOf({ name: 'find_tools', output })];
    const expected = ['calculator', 'find_tools', 'github__createIssue', 'github__search_issues', 'mail__send'];
    expect(names(toolbox, parts)).toEqual(expected);
    expect(names(await box(origins, ['mcp/s0', 'calculator']), parts)).toEqual(expected);
  });

  it('stay offered once they were called', async () => {
    const toolbox = await box(origins, ['mcp/s0', 'calculator']);
    expect(names(toolbox, [callOf({ name: 's1__tool_4' }), callOf({ name: 'gone' })])).toEqual([
      'calculator',
      'find_tools',
      's1__tool_4',
    ]);
  });

  it.each([
    ['createIssue', 'github__createIssue'],
    ['s2__tool_5', 's2__tool_5'],
    ['SEND mail please', 'mail__send'],
    ['create an issue on github', 'github__createIssue'],
  ])('answer to “%s” with %s', async (query, name) => {
    expect(foundNames(await find(await box(origins, ['mcp/s0', 'calculator']), query))[0]).toBe(name);
  });

  it('come ten at a time, or not at all', async () => {
    const toolbox = await box(origins, ['mcp/s0', 'calculator']);
    expect(foundNames(await find(toolbox, 'tool'))).toHaveLength(10);
    expect(await find(toolbox, 'weather')).toBe('No tool fits these words. Other words may find one.');
    expect(await find(toolbox, '…')).toContain('No tool');
  });
});

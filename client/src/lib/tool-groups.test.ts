import { describe, expect, it } from 'vitest';
import { mcpServers, tools } from '../features/agents/testing/agent-server.ts';
import { groupTools, searchGroups, toggleTool } from './tool-groups.ts';

const groups = groupTools(tools, mcpServers);

describe('tools in groups', () => {
  it('stand with where they come from, built-in ones first', () => {
    expect(groups.map(({ key, tools: items }) => [key, items.length])).toEqual([
      ['built-in', 1],
      ['mcp/files', 2],
    ]);
  });

  it('keep a server whose tools are not known yet, and tools whose server is not listed', () => {
    const [server] = mcpServers;
    const found = groupTools(tools, server ? [{ ...server, name: 'notes', title: 'Notes' }] : []);
    expect(found.map(({ key, tools: items }) => [key, items.length])).toEqual([
      ['built-in', 1],
      ['mcp/notes', 0],
      ['mcp/files', 2],
    ]);
  });

  it('offer the code interpreter as one choice, unless a rule forbids all of it', () => {
    const [hints] = tools.map((tool) => tool.hints);
    const source = { kind: 'code', id: 'interpreter', title: 'Code interpreter' } as const;
    const code = (name: string, effect: 'allow' | 'deny') =>
      hints ? [{ ref: `code/interpreter/${name}`, title: name, description: '', source, hints, effect }] : [];
    const allowed = groupTools([...tools, ...code('execute_code', 'deny'), ...code('list_files', 'allow')], mcpServers);
    expect(allowed.map(({ key, whole, title, tools: items }) => [key, whole, title, items.length])).toEqual([
      ['built-in', undefined, 'Parley', 1],
      ['code/interpreter', 'code/interpreter', 'Code interpreter', 0],
      ['mcp/files', 'mcp/files', 'Files', 2],
    ]);
    expect(searchGroups(allowed, 'interpreter')).toHaveLength(1);
    expect(groupTools(code('execute_code', 'deny'), [])).toEqual([]);
  });

  it('are found by any of their words', () => {
    expect(searchGroups(groups, 'WRITE file').map(({ tools: items }) => items.map(({ ref }) => ref))).toEqual([
      ['mcp/files/write'],
    ]);
    expect(searchGroups(groups, 'files')[0]?.tools).toHaveLength(2);
    expect(searchGroups(groups, 'nothing')).toEqual([]);
  });

  it('are chosen one by one, until the whole server makes that needless', () => {
    const one = toggleTool(['calculator'], 'mcp/files/read', true);
    expect(one).toEqual(['calculator', 'mcp/files/read']);
    expect(toggleTool(one, 'mcp/files', true)).toEqual(['calculator', 'mcp/files']);
    expect(toggleTool(one, 'calculator', false)).toEqual(['mcp/files/read']);
  });
});

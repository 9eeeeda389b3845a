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

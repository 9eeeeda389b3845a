import { expect, it } from 'vitest';
import { usableTools } from './usable-tools.ts';

const known = ['calculator', 'mcp/files/read_file', 'mcp/files/write_file', 'action/7/getPet'];

it('knows tools by name, and servers and sets by any of their tools', () => {
  const refs = ['calculator', 'mcp/files', 'mcp/files/read_file', 'action/7'];
  expect([...usableTools(refs, known)]).toEqual(refs);
});

it('does not know others', () => {
  expect([...usableTools(['clock', 'mcp', 'mcp/file', 'mcp/files/delete', 'action/8'], known)]).toEqual([]);
});

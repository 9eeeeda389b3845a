import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isUnderstood, matchesTool } from './tool-patterns.ts';

const tool = { name: 'files__read_text', ref: 'mcp/files/read.text' };

it.each([
  '*',
  'mcp/*',
  'mcp/files',
  'mcp/files/*',
  'mcp/files/read.text',
  'mcp/*/read.*',
  ' mcp/files/* ',
  'files__*',
  'files__read_text',
  '*read*',
  'read.text_mcp_files',
  '*_mcp_files',
  'mcp:files:*',
])('%s means a tool of the server', (pattern) => {
  expect(matchesTool(pattern, tool)).toBe(true);
});

it.each([
  'mcp/file',
  'mcp/files/read',
  'mcp/files2/*',
  'files',
  'MCP/files/*',
  'mcp/files/readXtext',
  '',
  '*_mcp_file',
  'a*a',
])('%j does not', (pattern) => {
  expect(matchesTool(pattern, tool)).toBe(false);
});

it('knows tools of our own by their one name', () => {
  const calculator = { name: 'calculator', ref: 'calculator' };
  expect(['calculator', 'calc*', '*'].map((pattern) => matchesTool(pattern, calculator))).toEqual([true, true, true]);
  expect(matchesTool('mcp/*', calculator)).toBe(false);
});

it('understands nothing but stars', () => {
  expect(['mcp/*', 'a.b+c'].every(isUnderstood)).toBe(true);
  expect(['mcp/{a,b}', 'a?', '[ab]', '!a', ' '].some(isUnderstood)).toBe(false);
});

it('agrees with regular expressions', () => {
  const piece = fc.stringMatching(/^[ab*]{0,8}$/);
  fc.assert(
    fc.property(piece, fc.stringMatching(/^[ab]{0,12}$/), (pattern, name) => {
      const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name);
      expect(matchesTool(pattern, { name, ref: name })).toBe(expected);
    }),
  );
});

it('does not lose itself in many stars', () => {
  expect(matchesTool(`${'*a'.repeat(140)}*b`, { name: 'a'.repeat(60_000), ref: 'x' })).toBe(false);
});

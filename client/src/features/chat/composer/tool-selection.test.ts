import { describe, expect, it } from 'vitest';
import { groupTools } from '../../../lib/tool-groups.ts';
import { files, toolOf } from '../testing/tool-calls.ts';
import { isOn, shareOn, toggleGroup, toggleTool } from './tool-selection.ts';

const [builtIn, server] = groupTools(
  [
    toolOf('calculator', 'Calculator', { kind: 'built-in', title: 'Built in' }),
    toolOf('mcp/files/read', 'Read', files),
    toolOf('mcp/files/write', 'Write', files),
  ],
  [],
);
if (!builtIn || !server) throw new Error('Two groups are expected.');

describe('the choice of tools', () => {
  it('has a whole server in place of its tools', () => {
    const whole = toggleGroup(['calculator', 'mcp/files/read'], server, true);
    expect(whole).toEqual(['calculator', 'mcp/files']);
    expect(shareOn(whole, server)).toBe('all');
    expect(isOn(whole, server, 'mcp/files/write')).toBe(true);
    expect(toggleGroup(whole, server, false)).toEqual(['calculator']);
  });

  it('becomes single tools when one of a whole server is turned off, and whole again when all are on', () => {
    const some = toggleTool(['mcp/files'], server, 'mcp/files/write', false);
    expect(some).toEqual(['mcp/files/read']);
    expect(shareOn(some, server)).toBe('some');
    expect(toggleTool(some, server, 'mcp/files/write', true)).toEqual(['mcp/files']);
  });

  it('has built-in tools one by one', () => {
    expect(toggleTool([], builtIn, 'calculator', true)).toEqual(['calculator']);
    expect(shareOn(['calculator'], builtIn)).toBe('all');
    expect(toggleGroup(['calculator'], builtIn, false)).toEqual([]);
  });
});

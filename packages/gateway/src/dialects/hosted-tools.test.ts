import { expect, test } from 'vitest';
import { hostedToolExtras, takeHostedTools } from './hosted-tools.ts';

const anthropic = [
  { type: 'web_search_20250305' },
  { type: 'tool_search_tool_bm25_20251119' },
  { type: 'mcp_toolset' },
];
const openai = [{ type: 'web_search' }, { type: 'web_search_preview_2025_03_11' }, { type: 'mcp' }, { type: 'mcp' }];

test('each vendor takes its own hosted tools, and nobody takes those of another', () => {
  const extras = new Map<string, unknown>(Object.entries(hostedToolExtras([...anthropic, ...openai])));
  extras.set('tools.googleSearch', {});
  expect(takeHostedTools(extras, 'anthropic')).toEqual(anthropic);
  expect(takeHostedTools(extras, 'openai')).toEqual(openai);
  expect([...extras.keys()]).toEqual(['tools.googleSearch']);
});

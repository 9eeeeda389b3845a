import { enMcp } from '../../locales/en-mcp.ts';
import { createTexts } from './create-texts.ts';

/** The catalog of the pages about MCP servers; apart from `Texts`, because the first page does without it. */
export type McpTexts = typeof enMcp;

/** The words of the pages about MCP servers: `const { form } = useMcpTexts()`. */
export const [useMcpTexts] = createTexts('mcp', enMcp);

import { cleanLine } from '../clean-text.ts';
import type { WorkspaceFiles } from '../files/workspace-files.ts';
import type { Tool, ToolSpec } from '../tools/tool.ts';
import type { ToolText } from './code-tools.ts';

const mostListed = 200;
const longestName = 300;

/** What models are told of listing files. */
export const listFilesText: ToolText = {
  name: 'list_files',
  title: 'List files',
  summary: 'Lists the files of the conversation that code works on.',
  description: 'Lists the files in /mnt/data: what the user uploaded and what programs wrote, with sizes in bytes.',
  inputSchema: { type: 'object', properties: {}, additionalProperties: false },
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
};

interface ListFilesOptions {
  readonly files: Pick<WorkspaceFiles, 'list'>;
}

/** Lists a conversation's files. */
export function createListFiles(spec: ToolSpec, { files }: ListFilesOptions): Tool {
  return {
    spec,
    async run(_input, { userId, conversationId }) {
      const found = await files.list(userId, conversationId);
      if (found.length === 0) return { output: 'There are no files in /mnt/data.', failed: false };
      const lines = found
        .slice(0, mostListed)
        .map(({ name, size, mimeType }) => `${cleanLine(name, longestName)}\t${size}\t${mimeType}`);
      const more = found.length - lines.length;
      return { output: [...lines, ...(more === 0 ? [] : [`[${more} more]`])].join('\n'), failed: false };
    },
  };
}

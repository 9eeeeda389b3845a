import type { StoredFile } from '@parley/contracts';
import * as z from 'zod/mini';
import { cleanLine } from '../clean-text.ts';
import type { WorkspaceFiles } from '../files/workspace-files.ts';
import type { Tool, ToolResult, ToolSpec } from '../tools/tool.ts';
import type { ToolText } from './code-tools.ts';

/** UTF-16 units that are read at once. */
const longestPiece = 30_000;
const folder = '/mnt/data/';

const parsedInput = z.object({
  name: z.string(),
  offset: z._default(z.number(), 0),
  length: z._default(z.number(), longestPiece),
});

/** What models are told of reading files. */
export const readFileText: ToolText = {
  name: 'read_file',
  title: 'Read a file',
  summary: 'Reads a text file of the conversation.',
  description: 'Reads a text file in /mnt/data, or a part of it. For any other file, write a program that reads it.',
  inputSchema: {
    type: 'object',
    properties: {
      name: { type: 'string', description: 'As list_files names it.' },
      offset: { type: 'integer', minimum: 0, description: 'The character to begin at.' },
      length: { type: 'integer', minimum: 1, maximum: longestPiece, description: 'Characters to read.' },
    },
    required: ['name'],
    additionalProperties: false,
  },
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
};

interface ReadFileOptions {
  readonly files: Pick<WorkspaceFiles, 'list' | 'read'>;
}

/** Reads a text file of a conversation, a piece at a time. */
export function createReadFile(spec: ToolSpec, { files }: ReadFileOptions): Tool {
  return {
    spec,
    async run(input, { userId, conversationId, signal }) {
      const { name, offset, length } = parsedInput.parse(input);
      const wanted = plainName(name);
      const file = (await files.list(userId, conversationId)).find((each) => each.name === wanted);
      if (file === undefined) {
        const output = `There is no file “${cleanLine(wanted, 300)}” in /mnt/data. list_files says which there are.`;
        return { output, failed: true };
      }
      const piece = await readPiece(files.read(file, signal), offset, offset + length);
      return piece === undefined ? binary(file) : told(piece, offset);
    },
  };
}

function plainName(name: string): string {
  const inside = name.startsWith(folder) ? name.slice(folder.length) : name;
  return inside.replace(/^(?:\.\/)+/, '');
}

function binary({ size, mimeType }: StoredFile): ToolResult {
  const output = `This file is no UTF-8 text (${mimeType}, ${size} bytes). Read it with a program.`;
  return { output, failed: true };
}

interface Piece {
  readonly text: string;
  /** Of the whole file, in UTF-16 units. */
  readonly length: number;
}

function told({ text, length }: Piece, offset: number): ToolResult {
  if (length === 0) return { output: 'The file is empty.', failed: false };
  if (offset >= length) {
    return { output: `The file has ${length} characters; there is nothing at ${offset}.`, failed: true };
  }
  const end = offset + text.length;
  if (offset === 0 && end === length) return { output: text, failed: false };
  const rest = end < length ? `It goes on at offset ${end}.` : 'This is its end.';
  return { output: `${text}\n\n[Characters ${offset} to ${end} of ${length}. ${rest}]`, failed: false };
}

/** A piece of a text by UTF-16 units; `undefined` when it is no text. */
async function readPiece(bytes: AsyncIterable<Uint8Array>, from: number, to: number): Promise<Piece | undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let length = 0;
  let text = '';

  function take(more: string): void {
    const start = Math.max(0, from - length);
    if (length < to && start < more.length) text += more.slice(start, Math.max(0, to - length));
    length += more.length;
  }

  try {
    for await (const chunk of bytes) {
      if (chunk.includes(0)) return undefined;
      take(decoder.decode(chunk, { stream: true }));
    }
    take(decoder.decode());
  } catch (error) {
    if (error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      return undefined;
    }
    throw error;
  }
  return { text: text.toWellFormed(), length };
}

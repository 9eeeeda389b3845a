import type { McpContent, McpToolResult } from '@parley/mcp';
import type { ToolAttachment, ToolResult } from '../tools/tool.ts';

/** What a server's tool gave, as text for the model and attachments beside it. */
export function toolOutput({ content, structured, isError }: McpToolResult): ToolResult {
  const lines: string[] = [];
  const attachments: ToolAttachment[] = [];
  for (const block of content) {
    const attachment = attachmentOf(block, attachments.length + 1);
    if (attachment !== undefined) attachments.push(attachment);
    lines.push(lineOf(block, attachment));
  }
  const hasText = content.some((block) => block.type === 'text' && block.text.trim() !== '');
  if (structured !== undefined && !hasText) lines.unshift(JSON.stringify(structured));
  const output = lines.filter((line) => line !== '').join('\n\n');
  return {
    output: output === '' ? 'The tool has nothing to say.' : output,
    failed: isError,
    ...(attachments.length === 0 ? {} : { attachments }),
  };
}

function lineOf(block: McpContent, attachment: ToolAttachment | undefined): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'image':
    case 'audio':
      return `[${attachment?.title ?? block.type}: ${block.mimeType}, shown to the user]`;
    case 'resource':
      if (attachment !== undefined) return `[${attachment.title}: ${attachment.mimeType}, kept for the user]`;
      return `Resource ${block.uri}:\n${block.text ?? ''}`;
    default:
      return `Resource ${block.name}: ${block.uri}`;
  }
}

function attachmentOf(block: McpContent, index: number): ToolAttachment | undefined {
  switch (block.type) {
    case 'image':
    case 'audio':
      return attach(block.data, block.mimeType, `${block.type} ${index}`);
    case 'resource':
      return block.data === undefined ? undefined : attach(block.data, block.mimeType, lastOf(block.uri));
    default:
      return undefined;
  }
}

function attach(data: string, givenType: string | undefined, title: string): ToolAttachment {
  const mimeType = givenType !== undefined && /^[\w.+-]+\/[\w.+-]+$/.test(givenType) ? givenType : unknownType;
  return { kind: kindOf(mimeType), mimeType, title, bytes: Buffer.from(data, 'base64') };
}

const unknownType = 'application/octet-stream';

function kindOf(mimeType: string): ToolAttachment['kind'] {
  // An SVG is a document that may run scripts.
  if (/^image\/(png|jpeg|gif|webp|avif|bmp)$/.test(mimeType)) return 'image';
  return mimeType.startsWith('audio/') ? 'audio' : 'file';
}

function lastOf(uri: string): string {
  const name = uri
    .split(/[?#]/, 1)[0]
    ?.split('/')
    .findLast((part) => part !== '');
  return name ?? 'file';
}

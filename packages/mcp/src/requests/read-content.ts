import type { ContentBlock } from '@modelcontextprotocol/client';
import type { McpContent } from '../core/mcp-content.ts';

/** One block of the protocol as one of ours. */
export function readContent(block: ContentBlock): McpContent {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text };
    case 'image':
    case 'audio':
      return { type: block.type, mimeType: block.mimeType, data: block.data };
    case 'resource': {
      const { resource } = block;
      return {
        type: 'resource',
        uri: resource.uri,
        ...(resource.mimeType !== undefined && { mimeType: resource.mimeType }),
        ...('text' in resource ? { text: resource.text } : { data: resource.blob }),
      };
    }
    default:
      return {
        type: 'resource-link',
        uri: block.uri,
        name: block.name,
        ...(block.mimeType !== undefined && { mimeType: block.mimeType }),
      };
  }
}

/** A block of what a tool, a prompt or a model said; `data` is base64. */
export type McpContent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image' | 'audio'; readonly mimeType: string; readonly data: string }
  | {
      readonly type: 'resource';
      readonly uri: string;
      readonly mimeType?: string;
      readonly text?: string;
      readonly data?: string;
    }
  | { readonly type: 'resource-link'; readonly uri: string; readonly name: string; readonly mimeType?: string };

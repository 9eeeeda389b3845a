/** What a piece of code is, as far as its colour is concerned. */
export type CodeKind =
  | 'plain'
  | 'keyword'
  | 'string'
  | 'number'
  | 'title'
  | 'type'
  | 'attribute'
  | 'comment'
  | 'addition'
  | 'deletion';

/** A piece of code of one kind. The texts of all spans add up to the code. */
export type CodeSpan = readonly [kind: CodeKind, text: string];

export interface HighlightRequest {
  readonly id: number;
  readonly text: string;
  /** Name in highlight.js. */
  readonly language: string;
}

export interface HighlightResponse {
  readonly id: number;
  /** Undefined when the language is unknown or could not be loaded. */
  readonly spans: readonly CodeSpan[] | undefined;
}

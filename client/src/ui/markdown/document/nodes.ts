/** What a list item's checkbox says; `none` when the item has none. */
export type TaskState = 'none' | 'open' | 'done';

export type ColumnAlign = 'left' | 'center' | 'right' | null;

/** Text level of the tree. Every string in it is plain text: no markup, no character references left. */
export type InlineNode =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'strong' | 'emphasis' | 'strike'; readonly children: readonly InlineNode[] }
  | { readonly type: 'code'; readonly text: string }
  | { readonly type: 'break' }
  | {
      readonly type: 'link';
      readonly href: string;
      readonly external: boolean;
      readonly title: string;
      readonly children: readonly InlineNode[];
    }
  /** A link whose destination is still being written. */
  | { readonly type: 'pending-link'; readonly children: readonly InlineNode[] }
  | { readonly type: 'image'; readonly src: string; readonly alt: string; readonly title: string }
  | { readonly type: 'math'; readonly text: string; readonly display: boolean }
  | { readonly type: 'footnote-reference'; readonly label: string };

export interface ListItemNode {
  readonly task: TaskState;
  readonly children: readonly BlockNode[];
}

export interface TableNode {
  readonly type: 'table';
  readonly align: readonly ColumnAlign[];
  readonly header: readonly (readonly InlineNode[])[];
  readonly rows: readonly (readonly (readonly InlineNode[])[])[];
}

export interface ListNode {
  readonly type: 'list';
  readonly ordered: boolean;
  readonly start: number;
  readonly items: readonly ListItemNode[];
}

export interface CodeNode {
  readonly type: 'code';
  /** First word of the info string, as the author wrote it; empty when there is none. */
  readonly language: string;
  /** What follows that word; absent when nothing does. */
  readonly info?: string;
  readonly text: string;
  /** False while the fence may still grow. */
  readonly closed: boolean;
}

/** What a model wrote to be shown by itself, as `:::artifact{…}`. */
export interface ArtifactNode {
  readonly type: 'artifact';
  /** What stands between the braces: `name="value"` pairs, as written. */
  readonly attributes: string;
  /** Usually one fence with everything in it. */
  readonly body: string;
  /** False while it may still grow. */
  readonly closed: boolean;
}

/** Block level of the tree: the allow-list of everything an answer can show. */
export type BlockNode =
  /** `plain` is a tight list item's text: a paragraph without its margins. */
  | { readonly type: 'paragraph' | 'plain'; readonly children: readonly InlineNode[] }
  | {
      readonly type: 'heading';
      /** Level in the page's outline: never skips one. */
      readonly level: 3 | 4 | 5 | 6;
      /** Number of `#` the author wrote, which decides the size. */
      readonly depth: number;
      readonly children: readonly InlineNode[];
    }
  | CodeNode
  | ArtifactNode
  | { readonly type: 'quote'; readonly children: readonly BlockNode[] }
  | ListNode
  | TableNode
  | { readonly type: 'rule' }
  /** Raw HTML, shown as the text it is. */
  | { readonly type: 'html'; readonly text: string }
  | { readonly type: 'math'; readonly text: string }
  /** A formula whose end has not arrived: its source. */
  | { readonly type: 'pending-math'; readonly text: string }
  | { readonly type: 'footnote'; readonly label: string; readonly children: readonly InlineNode[] };

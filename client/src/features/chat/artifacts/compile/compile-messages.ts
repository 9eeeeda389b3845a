/** Asks the worker for a module of what a model wrote. */
export interface CompileRequest {
  readonly id: number;
  readonly source: string;
}

/** Why there is none. */
export type CompileFailure =
  /** Something it imports that artifacts do not have. */
  | { readonly kind: 'import'; readonly names: readonly string[] }
  /** Counted from 1; absent when the whole source is meant. */
  | { readonly kind: 'syntax'; readonly text: string; readonly line?: number }
  /** The compiler cannot be had, or took too long. */
  | { readonly kind: 'unavailable' };

export interface CompileResponse {
  readonly id: number;
  readonly result: { readonly code: string } | CompileFailure;
}

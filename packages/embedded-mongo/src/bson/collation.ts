import type { ByteWriter } from './byte-writer.ts';
import type { Document } from './document.ts';

/**
 * A way to order and equate texts other than by their bytes. There is one object per different collation, so two are
 * the same when they are the same object; `undefined` stands for the binary order everywhere.
 */
export interface Collation {
  /** The text that names it: equal for equal collations. */
  readonly id: string;
  /** All its options spelled out, as listIndexes and listCollections show them. */
  readonly document: Document;
  /** Appends the sort key of a text: without zero bytes inside and ended by two of them. */
  readonly writeText: (writer: ByteWriter, text: string) => void;
}

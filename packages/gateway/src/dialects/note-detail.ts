import type { ImagePart } from '../core/model-request.ts';

/** Names the wish for a resolution as dropped, for a dialect that knows none. */
export function noteDetail({ detail }: ImagePart, dropped: Set<string>): void {
  if (detail !== undefined && detail !== 'auto') dropped.add('detail');
}

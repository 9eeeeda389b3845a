import type { ToolCallPart } from '@parley/contracts';
import type { Texts } from '../../../lib/i18n/use-texts.ts';

/** A call as people read it: where its tool comes from and what it is called, such as “Files · Read file”. */
export function callName({ name, title, source }: ToolCallPart, { call }: Texts['tools']): string {
  return call.name(source === undefined || source.kind === 'built-in' ? '' : source.title, title ?? name);
}

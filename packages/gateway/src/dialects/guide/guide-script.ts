import type { ModelFinishReason } from '../../core/model-event.ts';

/** What the guide will say, before it is cut into tokens. */
export type ScriptPart =
  | { readonly type: 'reasoning' | 'text'; readonly text: string }
  | { readonly type: 'tool-call'; readonly name: string; readonly input: string }
  | { readonly type: 'source'; readonly title: string; readonly url: string; readonly excerpt: string };

export interface GuideScript {
  readonly parts: readonly ScriptPart[];
  /** `failure` breaks off after the parts, as a provider that dies would. */
  readonly finish: ModelFinishReason | 'failure';
}

/** An answer that is only text. */
export function say(text: string): GuideScript {
  return { parts: [{ type: 'text', text }], finish: 'stop' };
}

import type { HighlightRequest, HighlightResponse } from './highlight-messages.ts';
import { loadLanguage } from './load-language.ts';
import { toSpans } from './to-spans.ts';

addEventListener('message', ({ data }: MessageEvent<HighlightRequest>) => void answer(data));

async function answer({ id, text, language }: HighlightRequest): Promise<void> {
  const response: HighlightResponse = { id, spans: await highlight(text, language) };
  postMessage(response);
}

async function highlight(text: string, language: string): Promise<HighlightResponse['spans']> {
  try {
    const highlighter = await loadLanguage(language);
    return highlighter && toSpans(highlighter.highlight(text, { language, ignoreIllegals: true }).value);
  } catch {
    // A language that cannot be loaded or read costs colours, never the code.
    return undefined;
  }
}

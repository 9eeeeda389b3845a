import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { configQuery, meQuery } from '../../lib/query/queries.ts';

/** The words above the composer of a chat that has not begun. */
export function Greeting() {
  const { chat } = useTexts();
  const me = useQuery(meQuery).data;
  const welcome = useQuery(configQuery).data?.customWelcome;
  const [hour] = useState(() => new Date().getHours());
  return (
    <h1 className="px-4 pb-6 text-center text-2xl font-semibold tracking-tight text-balance">
      {welcome ?? chat.greeting(me?.name ?? '', hour)}
    </h1>
  );
}

/** Things to ask that this install can really answer. */
export function Suggestions({ onChoose }: { readonly onChoose: (text: string) => void }) {
  const { chat } = useTexts();
  const config = useQuery(configQuery).data;
  if (!config) return null;
  const suggestions = config.guideOnly ? chat.suggestions.guide : chat.suggestions.models;
  return (
    <ul aria-label={chat.suggestionsLabel} className="flex animate-fade flex-wrap justify-center gap-2 pt-4">
      {suggestions.map((text) => (
        <li key={text}>
          <button
            type="button"
            onClick={() => onChoose(text)}
            className="min-h-9 rounded-full border border-border px-3.5 text-sm text-text-muted transition-colors hover:bg-hover hover:text-text touch:min-h-11"
          >
            {text}
          </button>
        </li>
      ))}
    </ul>
  );
}

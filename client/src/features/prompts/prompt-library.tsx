import type { PromptGroup, PromptGroupId } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { explainError } from '../../lib/explain-error.ts';
import { useReuseTexts } from '../../lib/i18n/use-reuse-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { promptsQuery } from '../../lib/query/prompt-queries.ts';
import { ChoiceChips } from '../../ui/choice-chips.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { DeletePromptDialog } from './delete-prompt-dialog.tsx';
import { PromptCardView } from './prompt-card-view.tsx';
import { PromptEditor } from './prompt-editor.tsx';

export interface PromptLibraryProps {
  /** What is edited: a prompt, or a new one. */
  readonly edited: PromptGroupId | 'new' | undefined;
  readonly onEdit: (edited: PromptGroupId | 'new' | undefined) => void;
  readonly onUse: (prompt: PromptGroup) => void;
  readonly onShare: (prompt: PromptGroup) => void;
}

/** The prompts somebody may use: a search, categories, and what can be done with each. */
export function PromptLibrary({ edited, onEdit, onUse, onShare }: PromptLibraryProps) {
  const texts = useTexts();
  const { library } = useReuseTexts();
  const prompts = useQuery(promptsQuery);
  const [query, setQuery] = useState('');
  const [category, setCategory] = useState('');
  const [leaving, setLeaving] = useState<PromptGroup>();
  const all = prompts.data;
  if (all === undefined) {
    return (
      <QueryState
        isError={prompts.isError}
        failed={`${library.failed} ${prompts.error ? explainError(prompts.error, texts) : ''}`}
        loading={library.loading}
        onRetry={() => void prompts.refetch()}
      />
    );
  }
  const categories = [...new Set(all.map((prompt) => prompt.category))].filter((name) => name !== '').toSorted();
  const chosen = categories.includes(category) ? category : '';
  const found = all.filter((prompt) => (chosen === '' || prompt.category === chosen) && fits(prompt, query));
  return (
    <div className="flex flex-col gap-4">
      {all.length === 0 ? (
        <EmptyState title={library.none} text={library.noneText} />
      ) : (
        <>
          <SearchField label={library.search} value={query} onChange={setQuery} className="w-full sm:w-72" />
          {categories.length === 0 ? null : (
            <ChoiceChips
              legend={library.categories}
              value={chosen}
              options={[{ value: '', label: library.all }, ...categories.map((value) => ({ value, label: value }))]}
              onChoose={setCategory}
            />
          )}
          {found.length === 0 ? <EmptyState title={library.nothingFound} text={library.nothingFoundText} /> : null}
          <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
            {found.map((prompt) => (
              <PromptCardView
                key={prompt.id}
                prompt={prompt}
                onUse={() => onUse(prompt)}
                onEdit={() => onEdit(prompt.id)}
                onShare={() => onShare(prompt)}
                onRemove={() => setLeaving(prompt)}
              />
            ))}
          </ul>
        </>
      )}
      <PromptEditor edited={edited} onClose={() => onEdit(undefined)} />
      <DeletePromptDialog prompt={leaving} onClose={() => setLeaving(undefined)} />
    </div>
  );
}

function fits({ name, description, category, command, authorName }: PromptGroup, query: string): boolean {
  const text = `${name} ${description} ${category} /${command} ${authorName}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

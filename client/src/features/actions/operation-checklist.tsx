import type { ActionOperation } from '@parley/contracts';
import { CircleAlert } from 'lucide-react';
import { useId, useState } from 'react';
import { useActionsTexts } from '../../lib/i18n/use-actions-texts.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { MethodBadge } from './method-badge.tsx';

export interface OperationChecklistProps {
  readonly operations: readonly ActionOperation[];
  /** By `operationId`. */
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
  readonly error: string | undefined;
}

/** The operations of a description, to be switched on one by one or all that a search has found. */
export function OperationChecklist({ operations, chosen, onChange, error }: OperationChecklistProps) {
  const { operations: texts } = useActionsTexts();
  const noteId = useId();
  const [query, setQuery] = useState('');
  const found = search(operations, query);
  const toggle = (ids: readonly string[], on: boolean) => {
    const next = new Set(chosen);
    for (const id of ids) {
      if (on) next.add(id);
      else next.delete(id);
    }
    onChange(next);
  };
  const toggleFound = (on: boolean) =>
    toggle(
      found.map(({ operationId }) => operationId),
      on,
    );
  return (
    <fieldset name="enabled" tabIndex={-1} className="min-w-0" aria-describedby={noteId}>
      <legend className="text-sm font-medium">{texts.label}</legend>
      <p id={noteId} className="mb-2 flex items-start gap-1 text-xs text-text-muted">
        {error === undefined ? (
          texts.hint
        ) : (
          <span className="flex items-start gap-1 text-danger">
            <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
            {error}
          </span>
        )}
      </p>
      {operations.length === 0 ? (
        <p className="text-text-muted">{texts.empty}</p>
      ) : (
        <>
          <div className="mb-2 flex flex-wrap items-center gap-2">
            <SearchField label={texts.search} value={query} onChange={setQuery} className="min-w-0 flex-1 basis-64" />
            <div className="flex flex-1 items-center justify-between gap-1 sm:flex-none">
              <output className="me-1 flex-1 text-xs text-text-muted tabular-nums">
                {texts.chosen(chosen.size, operations.length)}
              </output>
              <Button variant="ghost" size="small" onClick={() => toggleFound(true)}>
                {texts.all}
              </Button>
              <Button variant="ghost" size="small" onClick={() => toggleFound(false)}>
                {texts.none}
              </Button>
            </div>
          </div>
          {found.length === 0 ? (
            <p className="py-2 text-text-muted">{texts.noneFits}</p>
          ) : (
            <ul className="max-h-80 overflow-y-auto rounded-card border border-border p-1">
              {found.map(({ operationId, method, path, summary }) => (
                <li key={operationId}>
                  <Checkbox
                    label={
                      <>
                        <MethodBadge method={method} /> <code className="text-xs wrap-anywhere">{path}</code>
                      </>
                    }
                    description={<span className="wrap-anywhere">{summary === '' ? operationId : summary}</span>}
                    checked={chosen.has(operationId)}
                    onChange={(on) => toggle([operationId], on)}
                  />
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </fieldset>
  );
}

function search(operations: readonly ActionOperation[], query: string): readonly ActionOperation[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return operations.filter(({ operationId, method, path, summary }) => {
    const text = `${method} ${path} ${summary} ${operationId}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

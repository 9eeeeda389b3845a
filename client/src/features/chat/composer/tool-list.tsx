import type { ToolRef } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { explainError } from '../../../lib/explain-error.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { mcpServersQuery, toolsQuery } from '../../../lib/query/tool-queries.ts';
import { groupTools, searchGroups } from '../../../lib/tool-groups.ts';
import { Button } from '../../../ui/button.tsx';
import { SearchField } from '../../../ui/search-field.tsx';
import { Spinner } from '../../../ui/spinner.tsx';
import { AppLink } from '../parts/app-link.tsx';
import { ToolGroupView } from './tool-group-view.tsx';

/** From so many tools on, there is a field to search them. */
const searchedFrom = 8;

export interface ToolListProps {
  readonly chosen: readonly ToolRef[];
  readonly hasAgent: boolean;
  readonly onChange: (chosen: ToolRef[]) => void;
}

/** All tools by where they come from, each with a box; a server or set at once, or its tools one by one. */
export function ToolList({ chosen, hasAgent, onChange }: ToolListProps) {
  const texts = useTexts();
  const { menu } = texts.tools;
  const [query, setQuery] = useState('');
  const tools = useQuery({ ...toolsQuery, staleTime: 0 });
  const servers = useQuery({ ...mcpServersQuery, staleTime: 0 });
  const error = tools.error ?? servers.error;
  if (error) {
    return (
      <div className="flex flex-col items-start gap-2 p-4 text-sm">
        <p role="alert">
          {menu.failed} {explainError(error, texts)}
        </p>
        <Button
          size="small"
          onClick={() => {
            void tools.refetch();
            void servers.refetch();
          }}
        >
          {texts.common.retry}
        </Button>
      </div>
    );
  }
  if (!tools.data || !servers.data) {
    return (
      <div className="grid min-h-24 place-items-center">
        <Spinner active />
      </div>
    );
  }
  const offered = groupTools(
    tools.data,
    servers.data.filter(({ inChatMenu }) => inChatMenu),
  );
  const groups = searchGroups(offered, query);
  const isSearched = query.trim() !== '';
  return (
    <>
      <div className="flex flex-col gap-2 border-b border-border p-3">
        <div className="flex min-h-7 items-center justify-between gap-2">
          <h2 className="text-sm font-semibold">{menu.title}</h2>
          {chosen.length > 0 ? (
            <Button size="small" variant="ghost" onClick={() => onChange([])}>
              {menu.clear}
            </Button>
          ) : null}
        </div>
        {tools.data.length >= searchedFrom ? (
          <SearchField label={menu.search} value={query} onChange={setQuery} />
        ) : null}
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto p-1.5">
        {groups.map((group) => (
          <ToolGroupView key={group.key} group={group} chosen={chosen} isSearched={isSearched} onChange={onChange} />
        ))}
        {groups.length === 0 ? (
          <p className="p-3 text-sm text-text-muted">{isSearched ? menu.nothingFound : menu.none}</p>
        ) : null}
      </div>
      <p className="flex items-baseline justify-between gap-4 border-t border-border px-4 py-2.5 text-xs text-text-muted">
        <span>{hasAgent ? menu.agentNote : menu.note}</span>
        <AppLink href="/mcp" className="shrink-0 font-medium text-accent hover:underline">
          {menu.manage}
        </AppLink>
      </p>
    </>
  );
}

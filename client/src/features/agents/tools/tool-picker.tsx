import { mostToolRefs } from '@parley/contracts';
import type { ToolRef } from '@parley/contracts';
import { useState } from 'react';
import { explainError } from '../../../lib/explain-error.ts';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { SearchField } from '../../../ui/search-field.tsx';
import { Spinner } from '../../../ui/spinner.tsx';
import { searchGroups, toggleTool } from '../../../lib/tool-groups.ts';
import { ToolGroupView } from './tool-group-view.tsx';
import { useToolGroups } from './use-tool-groups.ts';

export interface ToolPickerProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly chosen: readonly ToolRef[];
  readonly onChange: (chosen: readonly ToolRef[]) => void;
}

/** Chooses tools: whole servers or single tools, with what each does and whether it asks first. */
export function ToolPicker({ open, onClose, chosen, onChange }: ToolPickerProps) {
  const { picking } = useAgentTexts();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={picking.tools}
      size="large"
      actions={
        <>
          <output className="me-auto self-center text-text-muted">
            {chosen.length >= mostToolRefs ? picking.limit(mostToolRefs) : picking.chosen(chosen.length)}
          </output>
          <Button variant="primary" onClick={onClose}>
            {picking.done}
          </Button>
        </>
      }
    >
      <ToolChoices chosen={chosen} onChange={onChange} />
    </Dialog>
  );
}

function ToolChoices({ chosen, onChange }: Pick<ToolPickerProps, 'chosen' | 'onChange'>) {
  const texts = useTexts();
  const { picking } = useAgentTexts();
  const [query, setQuery] = useState('');
  const { groups, error, retry } = useToolGroups();
  if (!groups && error) {
    return (
      <EmptyState
        title={picking.toolsFailed}
        text={explainError(error, texts)}
        action={<Button onClick={retry}>{texts.common.retry}</Button>}
      />
    );
  }
  if (!groups) return <Spinner label={texts.common.loading} className="p-8" />;
  if (groups.length === 0) return <EmptyState title={picking.noTools} />;
  const found = searchGroups(groups, query);
  const isFull = chosen.length >= mostToolRefs;
  return (
    <div className="flex min-h-[min(24rem,60dvh)] flex-col gap-4 pt-0.5">
      <SearchField label={picking.searchTools} value={query} onChange={setQuery} />
      {found.length === 0 ? <EmptyState title={picking.noTool} /> : null}
      {found.map((group) => (
        <ToolGroupView
          key={group.key}
          group={group}
          chosen={chosen}
          isFull={isFull}
          onToggle={(ref, on) => onChange(toggleTool(chosen, ref, on))}
        />
      ))}
    </div>
  );
}

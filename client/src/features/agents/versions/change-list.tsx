import type { AgentSettings, ToolRef } from '@parley/contracts';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { VisuallyHidden } from '../../../ui/visually-hidden.tsx';
import { categoryName } from '../category-name.ts';
import { useAgentsById } from '../others/use-agents-by-id.ts';
import { describeChosen } from '../tools/chosen-tools.ts';
import { useToolGroups } from '../tools/use-tool-groups.ts';
import { settingsChanges } from './settings-changes.ts';
import type { FieldChange } from './settings-changes.ts';
import { TextChange } from './text-change.tsx';

/** What is different between two versions, field by field. */
export function ChangeList({ before, after }: { readonly before: AgentSettings; readonly after: AgentSettings }) {
  const { changes: texts, versions } = useAgentTexts();
  const changes = settingsChanges(before, after);
  if (changes.length === 0) return <p className="text-text-muted">{versions.same}</p>;
  return (
    <dl className="flex flex-col gap-3">
      {changes.map((change) => (
        <div key={change.field} className="min-w-0">
          <dt className="mb-1 font-medium">{texts.fields[change.field]}</dt>
          <dd>
            <ChangeView change={change} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function ChangeView({ change }: { readonly change: FieldChange }) {
  const texts = useAgentTexts();
  const { changes } = texts;
  if (change.kind === 'picture') return <p className="text-text-muted">{changes.picture}</p>;
  if (change.kind === 'text') return <TextChange before={change.before} after={change.after} />;
  if (change.kind === 'tools') return <ToolsChange change={change} />;
  if (change.kind === 'agents') return <AgentsChange change={change} />;
  const shown = (value: string) => {
    if (value === '') return changes.empty;
    return change.field === 'category' ? categoryName(value, texts) : value;
  };
  return <ListChange removed={[shown(change.before)]} added={[shown(change.after)]} />;
}

function ToolsChange({ change }: { readonly change: Extract<FieldChange, { kind: 'tools' }> }) {
  const { builder } = useAgentTexts();
  const { groups } = useToolGroups();
  const namesOf = (refs: readonly ToolRef[]) =>
    describeChosen(refs, groups ?? []).map(({ title, origin, size }) => {
      if (size !== undefined) return builder.wholeServer(title);
      return origin === undefined ? title : `${origin}: ${title}`;
    });
  return <ListChange added={namesOf(change.added)} removed={namesOf(change.removed)} />;
}

function AgentsChange({ change }: { readonly change: Extract<FieldChange, { kind: 'agents' }> }) {
  const { builder } = useAgentTexts();
  const agents = useAgentsById([...change.added, ...change.removed]);
  const nameOf = (id: (typeof change.added)[number]) => agents.get(id)?.name ?? builder.agentUnknown;
  return <ListChange added={change.added.map(nameOf)} removed={change.removed.map(nameOf)} />;
}

interface ListChangeProps {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

function ListChange({ added, removed }: ListChangeProps) {
  const { changes: texts } = useAgentTexts();
  return (
    <ul className="overflow-hidden rounded-control border border-border text-xs leading-5">
      {removed.map((item) => (
        <ListLine key={`-${item}`} sign="−" word={texts.removed} text={item} colour="text-danger bg-danger/10" />
      ))}
      {added.map((item) => (
        <ListLine key={`+${item}`} sign="+" word={texts.added} text={item} colour="text-success bg-success/10" />
      ))}
    </ul>
  );
}

interface ListLineProps {
  readonly sign: string;
  readonly word: string;
  readonly text: string;
  readonly colour: string;
}

function ListLine({ sign, word, text, colour }: ListLineProps) {
  return (
    <li className={`flex gap-2 px-2 wrap-anywhere ${colour}`}>
      <span aria-hidden className="w-2 shrink-0 select-none">
        {sign}
      </span>
      <span className="min-w-0">
        <VisuallyHidden>{`${word}: `}</VisuallyHidden>
        {text}
      </span>
    </li>
  );
}

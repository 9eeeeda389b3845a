import type { ToolInfo, ToolRef } from '@parley/contracts';
import { useId } from 'react';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { EffectBadge } from './effect-badge.tsx';
import type { ToolGroup } from '../../../lib/tool-groups.ts';

export interface ToolGroupViewProps {
  readonly group: ToolGroup;
  readonly chosen: readonly ToolRef[];
  /** No more can be chosen. */
  readonly isFull: boolean;
  readonly onToggle: (ref: ToolRef, on: boolean) => void;
}

/** The tools of one origin, to be ticked all at once or one by one. */
export function ToolGroupView({ group, chosen, isFull, onToggle }: ToolGroupViewProps) {
  const { picking, builder } = useAgentTexts();
  const id = useId();
  const { whole, state } = group;
  const isWhole = whole !== undefined && chosen.includes(whole);
  const stateText = state === undefined ? '' : picking.states[state];
  return (
    <section aria-labelledby={id}>
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b border-border px-2 pb-1.5">
        <h3 id={id} className="font-semibold">
          {group.kind === 'built-in' ? picking.builtIn : group.title}
        </h3>
        {stateText === '' ? null : <Badge tone={state === 'failing' ? 'danger' : 'warning'}>{stateText}</Badge>}
      </div>
      {group.description === '' ? null : <p className="px-2 pt-1.5 text-xs text-text-muted">{group.description}</p>}
      <ul className="pt-1">
        {whole === undefined ? null : (
          <li>
            <Checkbox
              label={group.kind === 'code' ? picking.code : builder.wholeServer(group.title)}
              description={
                group.kind === 'code'
                  ? picking.codeText
                  : group.tools.length > 0
                    ? builder.wholeServerCount(group.tools.length)
                    : picking.serverUnknown
              }
              checked={isWhole}
              disabled={isFull && !isWhole}
              onChange={(on) => onToggle(whole, on)}
            />
          </li>
        )}
        {group.tools.map((tool) => {
          const isChosen = chosen.includes(tool.ref);
          return (
            <li key={tool.ref}>
              <Checkbox
                label={<ToolLabel tool={tool} />}
                {...(tool.description === ''
                  ? {}
                  : { description: <span className="line-clamp-3">{tool.description}</span> })}
                checked={isWhole || isChosen}
                disabled={isWhole || (isFull && !isChosen)}
                onChange={(on) => onToggle(tool.ref, on)}
              />
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function ToolLabel({ tool }: { readonly tool: ToolInfo }) {
  const { picking } = useAgentTexts();
  const { readOnly, destructive } = tool.hints;
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      {tool.title}
      <EffectBadge effect={tool.effect} />
      {readOnly ? <Badge>{picking.readOnly}</Badge> : null}
      {destructive && !readOnly ? <Badge tone="warning">{picking.destructive}</Badge> : null}
    </span>
  );
}

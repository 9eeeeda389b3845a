import type { ToolInfo, ToolRef } from '@parley/contracts';
import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import type { ToolGroup } from '../../../lib/tool-groups.ts';
import { buttonClass } from '../../../ui/button-class.ts';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { classNames } from '../../../ui/class-names.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { AppLink } from '../parts/app-link.tsx';
import { ServerSignIn } from './server-sign-in.tsx';
import { isOn, shareOn, toggleGroup, toggleTool } from './tool-selection.ts';

export interface ToolGroupViewProps {
  readonly group: ToolGroup;
  readonly chosen: readonly ToolRef[];
  /** Whether only some tools are listed, because somebody searches. */
  readonly isSearched: boolean;
  readonly onChange: (chosen: ToolRef[]) => void;
}

/** The tools of one origin: a box for all of them where they can be had at once, opening to a box for each. */
export function ToolGroupView({ group, chosen, isSearched, onChange }: ToolGroupViewProps) {
  const { menu } = useTexts().tools;
  const [isUnfolded, setUnfolded] = useState(false);
  const listId = useId();
  const { kind, tools, whole, state } = group;
  const title = kind === 'built-in' ? menu.builtIn : group.title;
  const list = (
    <ul id={listId} className={classNames('m-0 list-none p-0', whole !== undefined && 'ps-7')}>
      {tools.map((tool) => (
        <li key={tool.ref}>
          <ToolBox
            tool={tool}
            checked={isOn(chosen, group, tool.ref)}
            onChange={(on) => onChange(toggleTool(chosen, group, tool.ref, on))}
          />
        </li>
      ))}
    </ul>
  );
  if (whole === undefined) {
    return (
      <section aria-label={title} className="pb-1">
        <h3 className="px-2 pt-2 pb-1 text-xs font-medium text-text-muted">{title}</h3>
        {list}
      </section>
    );
  }
  const share = shareOn(chosen, group);
  const isOpen = tools.length > 0 && (isUnfolded || isSearched);
  return (
    <section aria-label={title} className="border-t border-border py-1 first:border-t-0">
      <div className="flex items-center gap-1">
        <Checkbox
          className="min-w-0 flex-1"
          label={title}
          description={
            kind === 'code'
              ? menu.codeText
              : describe(state === undefined ? '' : menu.states[state], tools.length, menu.count)
          }
          checked={share === 'all'}
          isMixed={share === 'some'}
          onChange={() => onChange(toggleGroup(chosen, group, share !== 'all'))}
        />
        {state === 'sign-in-needed' ? <ServerSignIn name={whole.slice('mcp/'.length)} title={title} /> : null}
        {state === 'variables-needed' || state === 'failing' ? (
          <AppLink href="/mcp" aria-label={menu.setUp(title)} className={buttonClass('secondary', 'small')}>
            {menu.setUpShort}
          </AppLink>
        ) : null}
        {tools.length > 0 ? (
          <IconButton
            size="small"
            label={menu.show(title)}
            aria-expanded={isOpen}
            aria-controls={isOpen ? listId : undefined}
            disabled={isSearched}
            icon={
              <ChevronRight aria-hidden className={classNames('size-4 transition-transform', isOpen && 'rotate-90')} />
            }
            onClick={() => setUnfolded(!isUnfolded)}
          />
        ) : null}
      </div>
      {isOpen ? list : null}
    </section>
  );
}

interface ToolBoxProps {
  readonly tool: ToolInfo;
  readonly checked: boolean;
  readonly onChange: (on: boolean) => void;
}

function ToolBox({ tool: { title, description, effect }, checked, onChange }: ToolBoxProps) {
  const { menu } = useTexts().tools;
  return (
    <Checkbox
      label={title}
      description={
        <>
          <span className="line-clamp-2 wrap-anywhere">{description}</span>
          {effect === 'allow' ? null : <span className="block">{menu.effects[effect]}</span>}
        </>
      }
      checked={checked && effect !== 'deny'}
      disabled={effect === 'deny'}
      onChange={onChange}
    />
  );
}

function describe(state: string, count: number, countText: (count: number) => string): string | undefined {
  const words = [state, count === 0 ? '' : countText(count)].filter((word) => word !== '');
  return words.length === 0 ? undefined : words.join(' · ');
}

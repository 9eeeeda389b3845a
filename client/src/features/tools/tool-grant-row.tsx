import type { RouteOutput, toolRoutes } from '@parley/contracts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Button } from '../../ui/button.tsx';
import { currentLocale } from '../../lib/i18n/language-store.ts';

/** Something that was allowed. */
export type ToolGrant = RouteOutput<typeof toolRoutes.grants>['items'][number];

export interface ToolGrantRowProps {
  readonly grant: ToolGrant;
  readonly busy: boolean;
  readonly onRevoke: () => void;
}

/** One tool that runs without asking: which, where, since when, and the way to be asked again. */
export function ToolGrantRow({ grant, busy, onRevoke }: ToolGrantRowProps) {
  const { grants, call } = useTexts().tools;
  const { title, source, scope, createdAt } = grant;
  const since = new Date(createdAt).toLocaleDateString(currentLocale(), { dateStyle: 'long' });
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-40">
        <div className="isolate font-medium wrap-anywhere">
          {call.name(source.kind === 'built-in' ? '' : source.title, title)}
        </div>
        <div className="text-xs text-text-muted">
          {grants.scopes[scope]} · {grants.since(since)}
        </div>
      </div>
      <Button size="small" busy={busy} aria-label={grants.revokeOf(title)} onClick={onRevoke}>
        {grants.revoke}
      </Button>
    </li>
  );
}

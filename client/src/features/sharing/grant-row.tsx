import { accessRoleSchema } from '@parley/contracts';
import type { AccessRole, NamedPrincipal } from '@parley/contracts';
import { ChevronDown, Globe, ShieldUser, User, Users, X } from 'lucide-react';
import { useSharingTexts } from '../../lib/i18n/use-sharing-texts.ts';
import { IconButton } from '../../ui/icon-button.tsx';

const icons = { user: User, group: Users, role: ShieldUser, public: Globe } as const;

export interface GrantRowProps {
  readonly who: NamedPrincipal;
  readonly name: string;
  readonly detail: string;
  /** Absent for no access. */
  readonly role: AccessRole | undefined;
  readonly onRole: (role: AccessRole | undefined) => void;
  /** Absent where the row always stays. */
  readonly onRemove?: () => void;
}

/** Somebody with what they may do. */
export function GrantRow({ who, name, detail, role, onRole, onRemove }: GrantRowProps) {
  const texts = useSharingTexts();
  const isEveryone = who.principal.type === 'public';
  const Icon = icons[who.principal.type];
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
      <span
        aria-hidden
        className="inline-flex size-9 shrink-0 items-center justify-center rounded-full bg-user-bubble text-text-muted"
      >
        <Icon className="size-4" />
      </span>
      <div className="min-w-0 flex-1 basis-24">
        <p className="truncate font-medium">{name}</p>
        <p className="truncate text-xs text-text-muted" title={detail}>
          {detail}
        </p>
      </div>
      <span className="ms-auto flex items-center">
        <span className="relative">
          <select
            aria-label={texts.roleOf(name)}
            value={role ?? ''}
            onChange={(event) => {
              const chosen = accessRoleSchema.safeParse(event.currentTarget.value);
              onRole(chosen.success ? chosen.data : undefined);
            }}
            className="min-h-9 cursor-pointer appearance-none rounded-control border border-outline bg-raised ps-3 pe-8 text-sm touch:min-h-11"
          >
            {isEveryone ? <option value="">{texts.noAccess}</option> : null}
            <option value="viewer">{texts.roles.viewer}</option>
            <option value="editor">{texts.roles.editor}</option>
            {isEveryone ? null : <option value="owner">{texts.roles.owner}</option>}
          </select>
          <ChevronDown
            aria-hidden
            className="pointer-events-none absolute inset-e-2.5 top-1/2 size-3.5 -translate-y-1/2 text-text-muted"
          />
        </span>
        {onRemove ? (
          <IconButton label={texts.remove(name)} icon={<X aria-hidden className="size-4" />} onClick={onRemove} />
        ) : (
          <span className="size-9 touch:size-11" />
        )}
      </span>
    </li>
  );
}

import { toolEffectSchema, toolPolicySchema, toolRoutes } from '@parley/contracts';
import type { Role, ToolPolicy } from '@parley/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useAdminTexts } from '../../lib/i18n/use-admin-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { toolPolicyQuery } from '../../lib/query/admin-queries.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast-store.ts';
import { QueryState } from '../../ui/query-state.tsx';

/** The rules about tools, as they are stored. */
export function PolicySection() {
  const { tools: texts } = useAdminTexts();
  const { data, dataUpdatedAt, isError, refetch } = useQuery(toolPolicyQuery);
  if (data === undefined) {
    return (
      <QueryState isError={isError} failed={texts.failed} loading={texts.loading} onRetry={() => void refetch()} />
    );
  }
  return <PolicyForm key={dataUpdatedAt} policy={data} />;
}

type Rule = ToolPolicy['rules'][number];
interface DraftRule extends Rule {
  /** Tells rules apart while they are added and removed. */
  readonly key: number;
}

const effects = toolEffectSchema.options;
const roles: readonly Role[] = ['USER', 'ADMIN'];

function PolicyForm({ policy }: { readonly policy: ToolPolicy }) {
  const { tools: texts } = useAdminTexts();
  const all = useTexts();
  const queryClient = useQueryClient();
  const [rules, setRules] = useState<readonly DraftRule[]>(() => policy.rules.map((rule, key) => ({ ...rule, key })));
  const [nextKey, setNextKey] = useState(policy.rules.length);
  const [errors, setErrors] = useState<ReadonlyMap<number, string>>(new Map());
  const saving = useMutation({
    mutationFn: (body: ToolPolicy) => call(toolRoutes.setPolicy, { body }),
    onSuccess: (saved) => {
      queryClient.setQueryData(toolPolicyQuery.queryKey, saved);
      showToast({ tone: 'success', text: texts.saved });
    },
  });
  const change = (key: number, next: Partial<Rule>) =>
    setRules(rules.map((rule) => (rule.key === key ? { ...rule, ...next } : rule)));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = { rules: rules.map(({ key: _key, ...rule }) => rule) };
    const parsed = toolPolicySchema.safeParse(body);
    const issues = parsed.success ? [] : parsed.error.issues;
    setErrors(new Map(issues.map(({ path, message }) => [Number(path[1]), message])));
    if (parsed.success) saving.mutate(parsed.data);
  };
  return (
    <form onSubmit={submit} noValidate className="@container flex flex-col gap-4">
      {saving.error === null ? null : (
        <Banner tone="danger">{`${texts.saveFailed} ${explainError(saving.error, all)}`}</Banner>
      )}
      {rules.length === 0 ? <p className="text-text-muted">{texts.empty}</p> : null}
      {rules.map((rule, index) => (
        <fieldset
          key={rule.key}
          className="grid grid-cols-[3fr_2fr] items-start gap-3 rounded-card border border-border bg-raised p-4 @2xl:grid-cols-[1fr_10rem_8rem_auto]"
        >
          <legend className="sr-only">{texts.rule(index + 1)}</legend>
          <TextField
            label={texts.pattern}
            hint={texts.patternHint}
            error={errors.get(index)}
            value={rule.pattern}
            onChange={({ currentTarget }) => change(rule.key, { pattern: currentTarget.value })}
            className="col-span-2 @2xl:col-span-1"
            autoComplete="off"
            spellCheck={false}
          />
          <SelectField
            label={texts.effect}
            value={rule.effect}
            onChange={({ currentTarget }) => {
              const effect = effects.find((one) => one === currentTarget.value);
              if (effect !== undefined) change(rule.key, { effect });
            }}
          >
            {effects.map((effect) => (
              <option key={effect} value={effect}>
                {texts.effects[effect]}
              </option>
            ))}
          </SelectField>
          <SelectField
            label={texts.roles}
            value={rule.roles?.[0] ?? ''}
            onChange={({ currentTarget }) => {
              const role = roles.find((one) => one === currentTarget.value);
              setRules(rules.map((other) => (other.key === rule.key ? forRole(other, role) : other)));
            }}
          >
            <option value="">{texts.everybody}</option>
            {roles.map((role) => (
              <option key={role} value={role}>
                {texts.roleNames[role]}
              </option>
            ))}
          </SelectField>
          <IconButton
            label={texts.remove(index + 1)}
            icon={<Trash2 aria-hidden className="size-4" />}
            onClick={() => setRules(rules.filter(({ key }) => key !== rule.key))}
            className="col-span-2 -m-2 justify-self-end @2xl:col-span-1 @2xl:m-0 @2xl:mt-7"
          />
        </fieldset>
      ))}
      <div className="flex flex-wrap gap-2">
        <Button
          icon={<Plus aria-hidden className="size-4" />}
          onClick={() => {
            setRules([...rules, { key: nextKey, pattern: '', effect: 'ask' }]);
            setNextKey(nextKey + 1);
          }}
        >
          {texts.add}
        </Button>
        <Button variant="primary" type="submit" busy={saving.isPending}>
          {texts.save}
        </Button>
      </div>
    </form>
  );
}

/** The rule for one role, or for everybody. */
function forRole({ roles: _roles, ...rule }: DraftRule, role: Role | undefined): DraftRule {
  return role === undefined ? rule : { ...rule, roles: [role] };
}

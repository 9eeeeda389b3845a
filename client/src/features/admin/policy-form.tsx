import { toolEffectSchema, toolPolicySchema, toolRoutes } from '@parley/contracts';
import type { Role, ToolPolicy } from '@parley/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import type { FormEvent } from 'react';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { fieldWords } from '../../lib/i18n/field-words.ts';
import { useAdminTexts } from '../../lib/i18n/use-admin-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { toolPolicyQuery } from '../../lib/query/admin-queries.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast-store.ts';

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
  const addButton = useRef<HTMLButtonElement>(null);
  const [errors, setErrors] = useState<ReadonlyMap<number, string>>(new Map());
  const saving = useMutation({
    mutationFn: (body: ToolPolicy) => call(toolRoutes.setPolicy, { body }),
    onSuccess: (saved) => {
      queryClient.setQueryData(toolPolicyQuery.queryKey, saved);
      showToast({ tone: 'success', text: texts.saved });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = { rules: rules.map(({ key: _key, ...rule }) => rule) };
    const parsed = toolPolicySchema.safeParse(body);
    const issues = parsed.success ? [] : parsed.error.issues;
    setErrors(new Map(issues.map(({ path, message }) => [Number(path[1]), fieldWords(message)])));
    if (parsed.success) saving.mutate(parsed.data);
  };
  return (
    <form onSubmit={submit} noValidate className="@container flex flex-col gap-4">
      {saving.error === null ? null : (
        <Banner tone="danger">{`${texts.saveFailed} ${explainError(saving.error, all)}`}</Banner>
      )}
      {rules.length === 0 ? <p className="text-text-muted">{texts.empty}</p> : null}
      {rules.map((rule, index) => (
        <RuleFields
          key={rule.key}
          rule={rule}
          number={index + 1}
          error={errors.get(index)}
          onChange={(next) => setRules(rules.map((other) => (other.key === rule.key ? next : other)))}
          onRemove={() => {
            setRules(rules.filter(({ key }) => key !== rule.key));
            addButton.current?.focus();
          }}
        />
      ))}
      <div className="flex flex-wrap gap-2">
        <Button
          ref={addButton}
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

interface RuleFieldsProps {
  readonly rule: DraftRule;
  /** From 1. */
  readonly number: number;
  readonly error: string | undefined;
  readonly onChange: (next: DraftRule) => void;
  readonly onRemove: () => void;
}

function RuleFields({ rule, number, error, onChange, onRemove }: RuleFieldsProps) {
  const { tools: texts } = useAdminTexts();
  return (
    <fieldset className="grid items-start gap-3 rounded-card border border-border bg-raised p-4 @xs:grid-cols-[5fr_4fr] @2xl:grid-cols-[1fr_10rem_8rem_auto]">
      <legend className="sr-only">{texts.rule(number)}</legend>
      <TextField
        label={texts.pattern}
        hint={texts.patternHint}
        error={error}
        value={rule.pattern}
        onChange={({ currentTarget }) => onChange({ ...rule, pattern: currentTarget.value })}
        className="@xs:col-span-2 @2xl:col-span-1"
        autoComplete="off"
        spellCheck={false}
      />
      <SelectField
        label={texts.effect}
        value={rule.effect}
        onChange={({ currentTarget }) => {
          const effect = effects.find((one) => one === currentTarget.value);
          if (effect !== undefined) onChange({ ...rule, effect });
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
          onChange(forRole(rule, role));
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
        label={texts.remove(number)}
        icon={<Trash2 aria-hidden className="size-4" />}
        onClick={onRemove}
        className="-m-2 @xs:col-span-2 justify-self-end @2xl:col-span-1 @2xl:m-0 @2xl:mt-7"
      />
    </fieldset>
  );
}

/** The rule for one role, or for everybody. */
function forRole({ roles: _roles, ...rule }: DraftRule, role: Role | undefined): DraftRule {
  return role === undefined ? rule : { ...rule, roles: [role] };
}

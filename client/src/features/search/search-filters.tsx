import { agentIdSchema, projectIdSchema, projectRoutes, tagRoutes } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../lib/api/call.ts';
import { useSearchTexts } from '../../lib/i18n/use-search-texts.ts';
import { usableAgentsQuery } from '../../lib/query/agent-queries.ts';
import { configQuery, modelsQuery } from '../../lib/query/queries.ts';
import { SelectField } from '../../ui/select-field.tsx';
import { TextField } from '../../ui/text-field.tsx';
import type { SearchFilter } from './search-filter.ts';

export interface SearchFiltersProps {
  readonly filter: SearchFilter;
  readonly onChange: (change: Partial<SearchFilter>) => void;
}

const roles = ['user', 'assistant'] as const;
const places = ['active', 'archived'] as const;
const owners = ['mine', 'shared'] as const;

/** Fixed values with their names, in this order. */
function named<T extends string>(values: readonly T[], names: Readonly<Record<T, string>>) {
  return values.map((id) => ({ id, name: names[id] }));
}

/** Who wrote it, with which model or agent, under which tag, when, where and in whose chats. */
export function SearchFilters({ filter, onChange }: SearchFiltersProps) {
  const { filters: texts } = useSearchTexts().page;
  const models = useQuery(modelsQuery).data ?? {};
  const { sharedChats = true } = useQuery(configQuery).data ?? {};
  const agents = useQuery({ ...usableAgentsQuery, staleTime: 60_000 }).data ?? [];
  const tags = useQuery({
    queryKey: ['search', 'tags'],
    queryFn: async ({ signal }) => (await call(tagRoutes.list, {}, { signal })).items,
  }).data;
  const projects = useQuery({
    queryKey: ['search', 'projects'],
    queryFn: async ({ signal }) => (await call(projectRoutes.list, {}, { signal })).items,
  }).data;
  const modelIds = [...new Set(Object.values(models).flatMap((all) => all.map(({ id }) => id)))].toSorted();
  return (
    <div className="grid grid-cols-[repeat(auto-fit,minmax(9rem,1fr))] gap-x-4 gap-y-3">
      <Choice
        label={texts.role}
        any={texts.roles.any}
        value={filter.role}
        options={named(roles, texts.roles)}
        onChange={(value) => onChange({ role: roles.find((role) => role === value) })}
      />
      <Choice
        label={texts.model}
        any={texts.anyModel}
        value={filter.model}
        options={modelIds.map((id) => ({ id, name: id }))}
        onChange={(model) => onChange({ model })}
      />
      <Choice
        label={texts.agent}
        any={texts.anyAgent}
        value={filter.agent}
        options={agents}
        onChange={(id) => onChange({ agent: agentIdSchema.safeParse(id).data })}
      />
      <Choice
        label={texts.tag}
        any={texts.anyTag}
        value={filter.tag}
        options={(tags ?? []).map(({ tag }) => ({ id: tag, name: tag }))}
        onChange={(tag) => onChange({ tag })}
      />
      <Choice
        label={texts.project}
        any={texts.anyProject}
        value={filter.project}
        options={projects ?? []}
        onChange={(id) => onChange({ project: projectIdSchema.safeParse(id).data })}
      />
      <Choice
        label={texts.archived}
        any={texts.places.any}
        value={filter.place}
        options={named(places, texts.places)}
        onChange={(value) => onChange({ place: places.find((place) => place === value) })}
      />
      {sharedChats ? (
        <Choice
          label={texts.whose}
          any={texts.owners.any}
          value={filter.whose}
          options={named(owners, texts.owners)}
          onChange={(value) => onChange({ whose: owners.find((whose) => whose === value) })}
        />
      ) : null}
      <TextField
        type="date"
        label={texts.from}
        value={filter.from ?? ''}
        onChange={({ currentTarget: { value } }) => onChange({ from: value === '' ? undefined : value })}
      />
      <TextField
        type="date"
        label={texts.to}
        value={filter.to ?? ''}
        onChange={({ currentTarget: { value } }) => onChange({ to: value === '' ? undefined : value })}
      />
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly any: string;
  readonly value: string | undefined;
  readonly options: readonly { readonly id: string; readonly name: string }[];
  readonly onChange: (value: string | undefined) => void;
}

/** One of some; what is chosen stays in the list although it is no longer offered. */
function Choice({ label, any, value, options, onChange }: ChoiceProps) {
  const isListed = value === undefined || options.some(({ id }) => id === value);
  return (
    <SelectField
      label={label}
      value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
    >
      <option value="">{any}</option>
      {isListed ? null : <option value={value}>{value}</option>}
      {options.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}

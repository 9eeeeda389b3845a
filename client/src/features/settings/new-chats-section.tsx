import { useQuery } from '@tanstack/react-query';
import { useAccountDataTexts } from '../../lib/i18n/use-account-data-texts.ts';
import { setPreferences, usePreferences } from '../../lib/preferences.ts';
import { answerersQuery, modelsQuery } from '../../lib/query/queries.ts';
import { SelectField } from '../../ui/select-field.tsx';
import { SettingsSection } from '../../ui/settings-section.tsx';

/** No endpoint has this in its name and a model. */
const separator = '\u0000';

/** Which model new chats begin with in this browser, unless a preset of the account says so. */
export function NewChatsSection() {
  const { newChats } = useAccountDataTexts();
  const beginWith = usePreferences((preferences) => preferences.beginWith);
  const answerers = useQuery(answerersQuery).data;
  const models = useQuery(modelsQuery).data;
  if (answerers === undefined || models === undefined || answerers.only !== undefined) return null;
  const listed = answerers.listed ?? answerers.items.map(({ name }) => name);
  const groups = answerers.items
    .filter(({ name }) => listed.includes(name))
    .map((endpoint) => ({ ...endpoint, models: models[endpoint.name] ?? [] }))
    .filter((endpoint) => endpoint.models.length > 0);
  const isOffered = groups.some(
    (group) => group.name === beginWith?.endpoint && group.models.some(({ id }) => id === beginWith.model),
  );
  const isGone = beginWith !== null && !isOffered;
  return (
    <SettingsSection title={newChats.title}>
      <SelectField
        className="py-3"
        label={newChats.model}
        hint={isGone ? newChats.gone : answerers.begin ? newChats.preset : newChats.hint}
        value={beginWith === null || isGone ? '' : `${beginWith.endpoint}${separator}${beginWith.model}`}
        onChange={(event) => {
          const [endpoint, model] = event.currentTarget.value.split(separator);
          setPreferences({
            beginWith: endpoint === undefined || model === undefined ? null : { endpoint, model },
          });
        }}
      >
        <option value="">{newChats.lastUsed}</option>
        {groups.map((group) => (
          <optgroup key={group.name} label={group.label}>
            {group.models.map(({ id }) => (
              <option key={id} value={`${group.name}${separator}${id}`}>
                {id}
              </option>
            ))}
          </optgroup>
        ))}
      </SelectField>
    </SettingsSection>
  );
}

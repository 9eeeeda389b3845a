import { agentsEndpoint } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { useReuseTexts } from '../../../lib/i18n/use-reuse-texts.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { useLastChoice } from '../../../lib/last-choice.ts';
import { usableAgentsQuery } from '../../../lib/query/agent-queries.ts';
import { presetsQuery } from '../../../lib/query/preset-queries.ts';
import { answerersQuery } from '../../../lib/query/queries.ts';
import { answererGroups, presetGroup, specGroups } from './answerer-options.ts';
import type { EndpointModels } from './model-choice.ts';

/** Everybody who can answer, under headings: presets, model specs, agents, and the models of each endpoint. */
export function useAnswererGroups(offered: readonly EndpointModels[], hasPresets: boolean) {
  const { picker } = useTexts().tools;
  const texts = useReuseTexts().picker;
  const recent = useLastChoice((state) => state.recentAgents);
  const { specs = [], only, listed, without = [] } = useQuery(answerersQuery).data ?? {};
  const listsAgents = !only && (listed?.includes(agentsEndpoint) ?? true);
  const showsPresets = hasPresets && !only && !without.includes('presets');
  const agents = useQuery({ ...usableAgentsQuery, staleTime: 0, enabled: listsAgents });
  const presets = useQuery({ ...presetsQuery, enabled: showsPresets });
  return {
    agents,
    groups: [
      ...(showsPresets ? presetGroup(presets.data ?? [], texts.presets) : []),
      ...specGroups(specs, texts.specs),
      ...answererGroups(listsAgents ? (agents.data ?? []) : [], recent, offered, picker.agents),
    ],
  };
}

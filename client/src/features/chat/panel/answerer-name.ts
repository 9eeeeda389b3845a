import { agentsEndpoint } from '@parley/contracts';
import type { Message } from '@parley/contracts';
import type { PanelTexts } from '../../../lib/i18n/use-panel-texts.ts';

/** Who answered, in a word: the agent, otherwise the model that was asked for. */
export function answererName(message: Message, { box, answer }: PanelTexts): string {
  if (message.agent) return message.agent.name;
  if (message.endpoint === agentsEndpoint) return box.agent;
  return message.model ?? answer;
}

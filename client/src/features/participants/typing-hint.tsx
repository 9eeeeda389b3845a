import type { ConversationId } from '@parley/contracts';
import { useParticipantTexts } from '../../lib/i18n/use-participant-texts.ts';
import { useOthersHere } from './use-presence.ts';

/** Characters that two names may have together; longer ones would push what they do out of the line. */
const roomForNames = 32;

/** Who else is writing a prompt. It covers nothing and moves nothing: its line is always there. */
export function TypingHint({ conversationId }: { readonly conversationId: ConversationId }) {
  const texts = useParticipantTexts();
  const [one, other, ...rest] = useOthersHere(conversationId).filter(({ typing }) => typing);
  const words =
    one === undefined
      ? ''
      : other === undefined
        ? texts.writingOne(one.name)
        : rest.length === 0 && one.name.length + other.name.length <= roomForNames
          ? texts.writingTwo(one.name, other.name)
          : texts.writingMany(rest.length + 2);
  return <p className="mb-1 h-4 truncate px-4 text-xs text-text-muted">{words}</p>;
}

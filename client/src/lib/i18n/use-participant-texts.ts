import { enParticipants } from '../../locales/en-participants.ts';
import { createTexts } from './create-texts.ts';

/** The words of chats that people share: `const { invited } = useParticipantTexts()`. */
export const [useParticipantTexts] = createTexts('participants', enParticipants);

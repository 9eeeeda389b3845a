import { enArtifacts } from '../../locales/en-artifacts.ts';
import { createTexts } from './create-texts.ts';

/** The words of artifacts: `const { card } = useArtifactTexts()`. */
export const [useArtifactTexts] = createTexts('artifacts', enArtifacts);

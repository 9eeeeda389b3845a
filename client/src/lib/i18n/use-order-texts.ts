import { enOrder } from '../../locales/en-order.ts';
import { createTexts } from './create-texts.ts';

/** The words of projects, tags, pins and selections: `const { tags } = useOrderTexts()`. */
export const [useOrderTexts, readOrderTexts] = createTexts('order', enOrder);

import { usePreferences } from './preferences.ts';
import type { Preferences } from './preferences.ts';

/** Keeps <html> in step with the preferences: theme, spacing and the text size of answers. */
export function applyPreferences(root: HTMLElement): () => void {
  const apply = ({ theme, density, textSize }: Preferences) => {
    root.dataset['theme'] = theme;
    root.dataset['density'] = density;
    // In rem, so that the browser's own font size still counts.
    root.style.setProperty('--answer-size', `${String(textSize / 16)}rem`);
  };
  apply(usePreferences.getState());
  return usePreferences.subscribe(apply);
}

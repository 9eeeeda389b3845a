import { usePreferences } from './preferences.ts';
import type { Preferences } from './preferences.ts';

/** Keeps <html> in step with the preferences: theme, contrast, accent, spacing and the text size of answers. */
export function applyPreferences(root: HTMLElement): () => void {
  const apply = ({ theme, contrast, hue, density, textSize }: Preferences) => {
    root.dataset['theme'] = theme;
    root.dataset['contrast'] = contrast;
    root.style.setProperty('--accent-hue', String(hue));
    root.dataset['density'] = density;
    // In rem, so that the browser's own font size still counts.
    root.style.setProperty('--answer-size', `${String(textSize / 16)}rem`);
  };
  apply(usePreferences.getState());
  return usePreferences.subscribe(apply);
}

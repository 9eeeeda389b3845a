import { beforeEach, describe, expect, it } from 'vitest';
import { applyPreferences } from './apply-preferences.ts';
import { defaultPreferences, readPreferences, setPreferences, usePreferences } from './preferences.ts';

beforeEach(() => usePreferences.setState(defaultPreferences));

describe('preferences', () => {
  it('are kept where the first script of the page looks for the theme', () => {
    setPreferences({ theme: 'dark' });
    const stored: unknown = JSON.parse(localStorage.getItem('parley:preferences') ?? '');
    expect(stored).toMatchObject({ state: { theme: 'dark' } });
  });

  it('come back after a reload', async () => {
    localStorage.setItem('parley:preferences', JSON.stringify({ version: 1, state: { textSize: 18 } }));
    await usePreferences.persist.rehydrate();
    expect(usePreferences.getState()).toEqual({ ...defaultPreferences, textSize: 18 });
  });

  it.each([[undefined], ['nonsense'], [null], [[]]])('fall back to the defaults for %j', (stored) => {
    expect(readPreferences(stored)).toEqual(defaultPreferences);
  });

  it('keep what is readable beside what is not', () => {
    expect(readPreferences({ theme: 'purple', textSize: 99, density: 'compact' })).toEqual({
      ...defaultPreferences,
      density: 'compact',
    });
  });

  it('reach the page', () => {
    const root = document.createElement('html');
    const stop = applyPreferences(root);
    setPreferences({ theme: 'light', density: 'compact', textSize: 20 });
    expect(root.dataset).toMatchObject({ theme: 'light', density: 'compact' });
    expect(root.style.getPropertyValue('--answer-size')).toBe('1.25rem');
    stop();
  });
});

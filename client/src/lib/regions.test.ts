import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cycleRegions, focusRegion } from './regions.ts';

beforeEach(() => {
  document.body.innerHTML = `
    <nav data-region="sidebar" tabindex="-1"><a href="#x">one</a><a href="#y" data-region-focus>current</a></nav>
    <div data-region="transcript" tabindex="-1"></div>
    <form data-region="composer"><button>Add</button><textarea></textarea></form>`;
});
afterEach(() => document.body.replaceChildren());

describe('regions', () => {
  it('are reached in page order and round again', () => {
    const reached = Array.from({ length: 4 }, () => {
      cycleRegions(1);
      return document.activeElement?.closest('[data-region]')?.getAttribute('data-region');
    });
    expect(reached).toEqual(['sidebar', 'transcript', 'composer', 'sidebar']);
  });

  it('are reached backwards from the last', () => {
    cycleRegions(-1);
    expect(document.activeElement?.tagName).toBe('TEXTAREA');
    cycleRegions(-1);
    expect(document.activeElement?.getAttribute('data-region')).toBe('transcript');
  });

  it('focus what matters inside', () => {
    focusRegion('sidebar');
    expect(document.activeElement?.textContent).toBe('current');
    expect(focusRegion('panel')).toBe(false);
  });
});

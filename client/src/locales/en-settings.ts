/** What the settings page says beside what the first page needs, in English. */
export const enSettings = {
  language: {
    title: 'Language',
    label: 'Language of the interface',
    browser: 'Same as the browser',
    failed: 'The words of this language could not be loaded. Please try again.',
  },
  appearance: {
    contrast: 'Contrast',
    contrasts: { normal: 'Normal', more: 'High' },
    contrastHint: 'High makes text and lines stand out as far as they can.',
    accent: 'Accent colour',
    usualAccent: 'Reset',
    hues: {
      red: 'Red',
      orange: 'Orange',
      yellow: 'Yellow',
      green: 'Green',
      teal: 'Teal',
      blue: 'Blue',
      violet: 'Violet',
      pink: 'Pink',
    },
  },
  reading: {
    title: 'Screen readers',
    announcements: 'Announce of an answer',
    choices: { end: 'All at its end', sentences: 'Sentences', status: 'Where it stands', off: 'Nothing' },
    hints: {
      end: 'That it has begun, then the whole answer when it is complete.',
      sentences: 'Every few seconds, the sentences that were finished since.',
      status: 'That it has begun, waits for you, or is complete.',
      off: 'Only that it waits for you.',
    },
  },
  notifications: {
    title: 'While you are away',
    answers: 'Tell me when an answer is ready',
    hint: 'While you are in another window. Your browser asks for leave first.',
    denied: 'Your browser does not allow it. Its settings for this page can change that.',
    ready: 'The answer is ready.',
    failed: 'The answer could not be finished.',
    untitled: 'Untitled chat',
  },
};

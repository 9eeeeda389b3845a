import { messageText } from '@parley/contracts';
import type { Message } from '@parley/contracts';

/** The words selected inside a turn, or else all of its own; what its controls say does not count. */
export function wordsOfTurn(article: HTMLElement | undefined, message: Message): string {
  const selection = window.getSelection();
  const selected = selection && article ? selectedIn(article, selection) : '';
  return selected === '' ? messageText(message) : selected;
}

/** What is selected, if all of it lies in the words of one turn. */
export function selectedIn(article: HTMLElement, selection: Selection): string {
  const content = article.querySelector('[data-turn-content]');
  const { anchorNode, focusNode } = selection;
  if (selection.isCollapsed || !content || !content.contains(anchorNode) || !content.contains(focusNode)) return '';
  return selection.toString().trim();
}

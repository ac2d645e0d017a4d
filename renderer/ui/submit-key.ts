import type { KeyboardEvent } from 'react';

/** Ctrl+Enter, or Cmd+Enter, in a text of several lines sends its form; Enter alone begins a new line. */
export function submitOnCtrlEnter(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.nativeEvent.isComposing) event.currentTarget.form?.requestSubmit();
}

import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../../../ui/error-text.ts';
import { notifyDone, notifyFailure, notifyUndo } from '../../../ui/notify.tsx';

/*
 * The last edit of the person can be taken back, by the notice that tells of it and by Ctrl+Z. Undoing is an edit like any
 * other and goes the same way; the worker refuses it where somebody changed the value since.
 */

interface LastEdit {
  undo: () => void;
  /** Takes the notice away. */
  hide: () => void;
}

let last: LastEdit | null = null;

/** Tells of an edit, in the words of what was edited, and how it is taken back. */
export function useOfferUndo(): (what: string, undo: () => Promise<unknown>) => void {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (what, undo) => {
    last?.hide();
    const once = (): void => {
      if (last?.undo === once) last = null;
      undo().then(
        () => notifyDone(t('project.undo.done', { what })),
        (error: unknown) => notifyFailure(t('project.undo.failed', { what }), errorText(error)),
      );
    };
    last = { undo: once, hide: notifyUndo(t('project.undo.changed', { what }), t('project.undo.action'), once) };
  };
}

/** Where a text is typed, Ctrl+Z is the text's own. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input:not([type="checkbox"]), textarea, select'));

/** Ctrl+Z, or Cmd+Z, on the page that calls this; leaving it forgets what could be taken back. */
export function useUndoKey(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      if (event.defaultPrevented || !last || isTyping(event.target)) return;
      event.preventDefault();
      last.hide();
      last.undo();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      last = null;
    };
  }, []);
}

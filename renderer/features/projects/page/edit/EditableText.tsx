import { Textarea, TextInput } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldNote, RefusedMark, WaitingMark } from './FieldNote.tsx';
import classes from './Edit.module.css';
import { useDraft } from './use-draft.ts';
import type { Fact } from './use-fact.ts';

interface Props {
  fact: Fact<string> | Fact<string | null>;
  label: string;
  maxLength: number;
  required?: boolean;
  /** Several lines: Enter makes a new one, Ctrl+Enter saves. */
  multiline?: boolean;
}

/** A text that becomes a field when pressed, saves by key and on leaving, and keeps its text when saving fails. */
export function EditableText({ fact, label, maxLength, required = false, multiline = false }: Props) {
  const { t } = useTranslation();
  const draft = useDraft(fact, { maxLength, required });
  const shown = useRef<HTMLButtonElement>(null);
  const editing = draft.text !== null;
  const endedByKey = useRef(false);

  useEffect(() => {
    // Whoever ends editing by key goes on by key.
    if (!editing && endedByKey.current) shown.current?.focus();
    endedByKey.current = false;
  }, [editing]);

  if (draft.text === null) {
    return (
      <span className={classes['value']} data-multiline={multiline || undefined}>
        {fact.canEdit ? (
          <button
            ref={shown}
            type="button"
            className={classes['show']}
            aria-label={`${t('projects.edit.edit', { field: label })}: ${fact.value ?? t('projects.edit.add')}`}
            onClick={draft.begin}
          >
            <span className={fact.value ? undefined : classes['placeholder']}>
              {fact.value ?? t('projects.edit.add')}
            </span>
            <IconPencil size={14} aria-hidden className={classes['pencil']} />
          </button>
        ) : (
          <span className={fact.value ? undefined : classes['placeholder']}>{fact.value ?? t('app.value.none')}</span>
        )}
        {fact.waiting && <WaitingMark />}
        {fact.refused && <RefusedMark item={fact.refused} />}
      </span>
    );
  }

  const onKeyDown = (event: KeyboardEvent) => {
    // Enter also ends the composition of a Vietnamese syllable; then it is not ours.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') {
      endedByKey.current = true;
      draft.cancel();
    } else if (event.key === 'Enter' && (!multiline || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      endedByKey.current = true;
      draft.commit();
    }
  };
  const field = {
    'aria-label': label,
    autoFocus: true,
    value: draft.text,
    error: draft.problem !== null || fact.error !== null,
    onKeyDown,
    onBlur: draft.commit,
  };
  const problem =
    draft.problem === 'required'
      ? t('projects.edit.required')
      : draft.problem && t('projects.edit.tooLong', { max: maxLength, length: draft.text.trim().length });
  return (
    <span className={classes['editing']}>
      {multiline ? (
        <Textarea
          {...field}
          autosize
          minRows={3}
          maxRows={20}
          onChange={(event) => draft.change(event.currentTarget.value)}
        />
      ) : (
        <TextInput {...field} onChange={(event) => draft.change(event.currentTarget.value)} />
      )}
      <FieldNote
        error={fact.error}
        saving={fact.saving}
        problem={problem}
        changedMeanwhile={draft.changedMeanwhile}
        hint={t(multiline ? 'projects.edit.hintText' : 'projects.edit.hintLine')}
      />
    </span>
  );
}

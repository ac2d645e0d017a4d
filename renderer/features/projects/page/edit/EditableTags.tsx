import { TagsInput } from '@mantine/core';
import { Fragment, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fact } from './use-fact.ts';
import { FactButton } from './FactButton.tsx';
import { FieldNote, RefusedMark, WaitingMark } from './FieldNote.tsx';
import classes from './Edit.module.css';
import { useFieldFocus } from './use-field-focus.ts';

const MOST = 50;
const LONGEST = 100;

interface Props {
  fact: Fact<string[]>;
  label: string;
}

/** Tags as chips; what is typed and not yet a chip becomes one when it is saved. */
export function EditableTags({ fact, label }: Props) {
  const { t } = useTranslation();
  const { editing, begin, end, button } = useFieldFocus();
  const [tags, setTags] = useState<string[]>([]);
  const [typed, setTyped] = useState('');
  // With blanks between them, as they are read aloud.
  const chips = fact.value.map((tag) => (
    <Fragment key={tag}>
      <span className={classes['tag']}>{tag}</span>{' '}
    </Fragment>
  ));
  if (!fact.canEdit) {
    return chips.length > 0 ? <span className={classes['tags']}>{chips}</span> : <span className={classes['placeholder']}>{t('app.value.none')}</span>;
  }
  if (!editing) {
    return (
      <span className={classes['value']}>
        <FactButton
          ref={button}
          label={label}
          text={fact.value.length > 0 ? fact.value.join(' ') : t('project.tags.add')}
          onClick={() => {
            fact.reset();
            setTags(fact.value);
            setTyped('');
            begin();
          }}
        >
          {chips.length > 0 ? <span className={classes['tags']}>{chips}</span> : <span className={classes['placeholder']}>{t('project.tags.add')}</span>}
        </FactButton>
        {fact.waiting && <WaitingMark />}
        {fact.refused && <RefusedMark item={fact.refused} />}
        <FieldNote error={fact.error} saving={fact.saving} />
      </span>
    );
  }

  const all = [...new Set([...tags, typed].map((tag) => tag.trim()).filter(Boolean))];
  const invalid = all.length > MOST || all.some((tag) => tag.length > LONGEST);
  const commit = (byKey: boolean) => {
    if (invalid || fact.saving) return;
    if (JSON.stringify(all) === JSON.stringify(fact.value)) {
      end(byKey);
      return;
    }
    fact.save(all).then(
      () => end(byKey),
      // The failure is shown below the tags, which stay as typed.
      () => undefined,
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') end(true);
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey || typed.trim() === '')) {
      event.preventDefault();
      event.stopPropagation();
      commit(true);
    }
  };
  return (
    <span className={classes['editing']} onKeyDownCapture={onKeyDown}>
      <TagsInput
        aria-label={label}
        autoFocus
        value={tags}
        onChange={setTags}
        searchValue={typed}
        onSearchChange={setTyped}
        splitChars={[',', ';']}
        error={invalid || fact.error !== null}
        onBlur={() => commit(false)}
      />
      <FieldNote
        error={fact.error}
        saving={fact.saving}
        problem={invalid ? t('project.tags.tooMany') : null}
        hint={t('project.tags.hint')}
      />
    </span>
  );
}

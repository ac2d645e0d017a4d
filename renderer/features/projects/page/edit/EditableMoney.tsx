import { NativeSelect, TextInput } from '@mantine/core';
import { useState, type FocusEvent, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectPage } from '../../../../../shared/api/projects.ts';
import { readAmount } from '../../../../../shared/domain/decimal-input.ts';
import { useFormat } from '../../../../ui/use-format.ts';
import { currencies } from '../../currencies.ts';
import { factAnchor } from '../fact-anchor.ts';
import { FactButton } from './FactButton.tsx';
import { FieldNote, RefusedMark, WaitingMark } from './FieldNote.tsx';
import classes from './Edit.module.css';
import { useEdit } from './use-fact.ts';
import { useFieldFocus } from './use-field-focus.ts';

/** An amount with its currency, typed in the Vietnamese or the English form. */
export function EditableMoney({ page }: { page: ProjectPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const edit = useEdit(page, ['estimated_value', 'currency']);
  const { editing, begin, end, button } = useFieldFocus();
  const { estimated_value: value, currency } = page.project;
  const [draft, setDraft] = useState({ amount: '', currency });
  const label = t('projects.page.value');
  const shown = value === null ? null : format.money(value, currency);
  if (!edit.canEdit) return <span className={shown ? undefined : classes['placeholder']}>{shown ?? t('app.value.none')}</span>;

  const typed = draft.amount.trim();
  const amount = typed === '' ? null : readAmount(typed);
  const invalid = typed !== '' && amount === null;
  const commit = (byKey: boolean) => {
    if (invalid || edit.saving) return;
    if (amount === value && draft.currency === currency) {
      edit.reset();
      end(byKey);
      return;
    }
    edit.save({ estimated_value: amount, currency: draft.currency }).then(
      () => end(byKey),
      // The failure is shown beside the amount, which stays as typed.
      () => undefined,
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') {
      edit.reset();
      end(true);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      commit(true);
    }
  };
  const onBlur = (event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) commit(false);
  };

  if (!editing) {
    return (
      <span className={classes['value']}>
        <FactButton
          ref={button}
          id={factAnchor('estimated_value')}
          label={label}
          text={shown}
          onClick={() => {
            edit.reset();
            setDraft({ amount: (value ?? '').replace(/\.00$/, ''), currency });
            begin();
          }}
        />
        {edit.waiting && <WaitingMark />}
        {edit.refused && <RefusedMark item={edit.refused} />}
      </span>
    );
  }
  return (
    <span className={classes['editing']} onBlur={onBlur} onKeyDown={onKeyDown}>
      <span className={classes['money']}>
        <TextInput
          aria-label={t('project.money.amount')}
          inputMode="decimal"
          autoFocus
          maxLength={40}
          value={draft.amount}
          error={invalid || edit.error !== null}
          onChange={(event) => setDraft({ ...draft, amount: event.currentTarget.value })}
        />
        <NativeSelect
          aria-label={t('project.money.currency')}
          data={currencies.includes(currency) ? currencies : [currency, ...currencies]}
          value={draft.currency}
          onChange={(event) => setDraft({ ...draft, currency: event.currentTarget.value })}
        />
      </span>
      <FieldNote
        error={edit.error}
        saving={edit.saving}
        problem={invalid ? t('project.money.invalid') : null}
        hint={amount === null ? t('project.money.hint') : `${format.money(amount, draft.currency)} · ${t('project.money.hint')}`}
      />
    </span>
  );
}
